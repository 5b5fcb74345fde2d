"""Makes the reference values of this folder with TransformerLens, or checks that they are what it would make. See README.md."""

import argparse
import json
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from edits import CASES, run_cases
from models import MODELS, Model, load, make, tokens

HERE = Path(__file__).resolve().parent
TRANSFORMER_LENS = "2.16.1"
# What f32 arithmetic may differ from f64, relative to a tensor's largest magnitude: an engine's 1e-4 needs room above it.
F32_NOISE = 2e-5
# What two machines may differ in f64 results rounded to f32.
CHECK_TOLERANCE = 1e-6


def capture(transformer, ids: list[int]) -> dict:
    """Every hook that fires, in firing order and without batch dimension, then `logits`."""
    fired = {}

    def keep(value, hook):
        if hook.name in fired:
            assert torch.equal(fired[hook.name], value[0]), f"{hook.name} fires twice with different values"
        fired[hook.name] = value[0].clone()

    with torch.inference_mode():
        logits = transformer.run_with_hooks(torch.tensor([ids]), fwd_hooks=[(lambda name: True, keep)])
    return {**fired, "logits": logits[0]}


def largest_difference(a: torch.Tensor, b: torch.Tensor) -> float:
    """Relative to the largest finite magnitude of `b`; infinite where shapes or non-finite entries differ."""
    a, b = a.double(), b.double()
    finite = torch.isfinite(b)
    if a.shape != b.shape or not torch.equal(torch.isfinite(a), finite) or not torch.equal(a[~finite], b[~finite]):
        return float("inf")
    scale = b[finite].abs().max().item() if finite.any() else 0.0
    return (a[finite] - b[finite]).abs().max().item() / scale if scale else float((a[finite] != 0).any())


def assert_finite(tensors: dict, where: str) -> None:
    for name, value in tensors.items():
        if name.endswith("hook_attn_scores") or "/value." in name:
            assert not torch.isnan(value).any() and not torch.isposinf(value).any(), f"{where}: {name}"
        else:
            assert torch.isfinite(value).all(), f"{where}: {name}"


def write_json(path: Path, value) -> None:
    lines = ",\n ".join(json.dumps(item, ensure_ascii=False) for item in value) if isinstance(value, list) else None
    text = f"[{lines}]" if lines and isinstance(value[0], dict) else json.dumps(value, indent=2 if isinstance(value, dict) else None)
    path.write_text(text + "\n", encoding="utf-8")


def generate(model: Model, folder: Path) -> float:
    """Writes one model folder; returns the largest relative difference of TransformerLens's own f32 run."""
    folder.mkdir(parents=True)
    config, weights = make(model)
    ids = tokens(model, config)
    transformer = load(model, config, weights, torch.float64)
    clean = capture(transformer, ids)
    in_f32 = capture(load(model, config, weights, torch.float32), ids)
    noise = max(largest_difference(in_f32[name], value) for name, value in clean.items())
    assert noise < F32_NOISE, f"{model.id}: f32 differs by {noise:.1e}; no engine could be held to 1e-4"

    clean = {name: value.float().contiguous() for name, value in clean.items()}
    assert_finite(clean, model.id)
    write_json(folder / "config.json", config)
    write_json(folder / "tokens.json", ids)
    write_json(folder / "hook_names.json",
               [{"name": name, "shape": list(value.shape)} for name, value in clean.items() if name != "logits"])
    save_file({name: value.contiguous() for name, value in weights.items()}, folder / "model.safetensors")
    save_file(clean, folder / "activations.safetensors")

    if model.id in CASES:
        cases, tensors, means = run_cases(model, config, transformer, ids, clean)
        assert_finite(tensors, model.id)
        write_json(folder / "edits.json", cases)
        save_file(tensors, folder / "edits.safetensors")
        if means:
            save_file(means, folder / "means.safetensors")
    return noise


def generate_all(root: Path) -> None:
    for model in MODELS:
        noise = generate(model, root / model.id)
        size = sum(file.stat().st_size for file in (root / model.id).iterdir())
        print(f"{model.id:36} {size / 1000:7.0f} kB   f32 differs by {noise:.1e}")


def compare(fresh: Path, committed: Path) -> list[str]:
    """What differs: names and JSON exactly, model weights exactly, results within CHECK_TOLERANCE."""
    wrong = []
    names = {str(f.relative_to(root)) for root in (fresh, committed) for f in root.glob("*/*") if f.suffix in (".json", ".safetensors")}
    for name in sorted(names):
        a, b = fresh / name, committed / name
        if not a.exists() or not b.exists():
            wrong.append(f"{name}: only {'committed' if b.exists() else 'generated'}")
        elif a.suffix == ".json":
            if json.loads(a.read_text("utf-8")) != json.loads(b.read_text("utf-8")):
                wrong.append(f"{name}: differs")
        else:
            new, old = load_file(a), load_file(b)
            if new.keys() != old.keys():
                wrong.append(f"{name}: tensor names differ")
                continue
            tolerance = 0.0 if a.stem == "model" and "folded" not in name else CHECK_TOLERANCE
            for key, value in new.items():
                difference = largest_difference(value, old[key])
                if value.dtype != old[key].dtype or difference > tolerance:
                    wrong.append(f"{name}: {key} differs by {difference:.1e}")
    return wrong


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="regenerate into a temporary folder and compare")
    check = arguments.parse_args().check
    assert version("transformer-lens") == TRANSFORMER_LENS, f"these are the values of transformer-lens {TRANSFORMER_LENS}"
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary)
        generate_all(fresh)
        if check:
            wrong = compare(fresh, HERE)
            print("\n".join(wrong) if wrong else f"{len(MODELS)} models as committed")
            return 1 if wrong else 0
        for old in [folder for folder in HERE.iterdir() if (folder / "hook_names.json").exists()]:
            shutil.rmtree(old)
        for folder in fresh.iterdir():
            shutil.copytree(folder, HERE / folder.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
