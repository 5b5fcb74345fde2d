"""Makes the sparse autoencoders of `saes/` and what SAELens computes with them, or checks that they are what it would make. See README.md."""

import argparse
import json
import shutil
import sys
import tempfile
import warnings
from functools import partial
from importlib.metadata import version
from pathlib import Path

import sae_lens
import torch
from safetensors.torch import load_file, save_file
from sae_lens import SAE
from sae_lens.analysis.hooked_sae_transformer import HookedSAETransformer

from edits import Random, edit, edited, filled
from generate import F32_NOISE, compare, largest_difference, write_json
from models import MODELS, PROCESSING, Model, generator, make, tokens
from transformer_lens import HookedTransformerConfig

HERE = Path(__file__).resolve().parent / "saes"
SAE_LENS = "6.54.12"
D_SAE = 64
# The sizes of models.BASE: d_model 24, three heads of 8, d_mlp 40.
RESID, Z, MLP = ("blocks.0.hook_resid_post", 24), ("blocks.1.attn.hook_z", 24), ("blocks.0.mlp.hook_post", 40)
INPUT, PRE, POST, RECONS, ERROR, OUTPUT = (
    f"hook_sae_{site}" for site in ("input", "acts_pre", "acts_post", "recons", "error", "output"))


def fixture(place, architecture, dtype=torch.float32, file=None, rest=None, **fields):
    """`rest`: how far below 0 pre-activations stand on average. `file`: what cfg.json is instead of what SAELens writes."""
    rest = {RESID: 1.5, Z: 0.6, MLP: 0.3}[place] if rest is None else rest
    return {"place": place, "architecture": architecture, "dtype": dtype, "file": file, "rest": rest, "fields": fields}


def first_generation(place, **fields):
    """A `cfg.json` as SAELens wrote it before version 6: everything in one table, most of it about the training run."""
    hook, d_in = place
    return {"model_name": "tiny", "hook_point": hook, "hook_point_layer": int(hook.split(".")[1]), "hook_point_head_index": None, "d_in": d_in,
            "d_sae": D_SAE, "dtype": "torch.float32", "device": "cpu", "lr": 4e-4, "l1_coefficient": 5, "context_size": 128,
            "expansion_factor": 8, "log_to_wandb": False, "finetuning_scaling_factor": False, "sae_lens_training_version": "3.9.0", **fields}


FIXTURES = {
    "standard": fixture(RESID, "standard"),
    "standard-by-head": fixture(Z, "standard", reshape_activations="hook_z"),
    "standard-layer-norm": fixture(MLP, "standard", rest=1.0, normalize_activations="layer_norm"),
    "standard-first-generation": fixture(RESID, "standard", torch.bfloat16, file=first_generation(RESID, activation_fn_str="relu")),
    "topk": fixture(MLP, "topk", k=6),
    "topk-weighted-by-decoder": fixture(RESID, "topk", k=5, rescale_acts_by_decoder_norm=True),
    "topk-constant-norm": fixture(RESID, "topk", rest=0.3, k=9, normalize_activations="constant_norm_rescale", apply_b_dec_to_input=False),
    "topk-first-generation": fixture(MLP, "topk", k=4, normalize_activations="layer_norm", file=first_generation(
        MLP, architecture="standard", activation_fn="topk", activation_fn_kwargs={"k": 4}, normalize_activations="layer_norm")),
    "batchtopk": fixture(MLP, "batchtopk", rest=0, k=5.5),
    "batchtopk-in-training": fixture(MLP, "batchtopk", rest=0, k=5.5, rescale_acts_by_decoder_norm=True),
    "jumprelu": fixture(MLP, "jumprelu", torch.float16, apply_b_dec_to_input=False),
    "gated": fixture(RESID, "gated"),
}


def random_weights(name: str, state: dict, rest: float) -> dict:
    """Nothing left at 0 or 1; decoder rows of different lengths; few of the features active."""
    weights = {}
    for key in sorted(state):
        normal = torch.from_numpy(generator("sae", name, key).standard_normal(tuple(state[key].shape))).float()
        if key == "W_enc":
            value = normal / state[key].shape[0] ** 0.5
        elif key == "W_dec":
            lengths = torch.from_numpy(generator("sae", name, "lengths").uniform(0.5, 2.0, D_SAE)).float()
            value = normal / state[key].shape[1] ** 0.5 * lengths[:, None]
        elif key == "threshold":
            value = 0.3 + 0.1 * normal
        elif key == "topk_threshold":
            value = torch.tensor(0.4, dtype=torch.float64)
        else:
            value = 0.3 * normal - (rest if key in ("b_enc", "b_gate") else 0)
        weights[key] = value
    return weights


def save(name: str, one: dict, folder: Path) -> Path:
    """Writes the folder as SAELens does; returns the folder that SAELens itself loads for inference."""
    hook, d_in = one["place"]
    training = one["architecture"] == "batchtopk"
    kind = sae_lens.BatchTopKTrainingSAE if training else SAE.get_sae_class_for_architecture(one["architecture"])
    config = {"batchtopk": sae_lens.BatchTopKTrainingSAEConfig}.get(one["architecture"]) or sae_lens.registry.get_sae_class(one["architecture"])[1]
    sae = kind(config(d_in=d_in, d_sae=D_SAE, **one["fields"]))
    sae.cfg.metadata.hook_name, sae.cfg.metadata.model_name = hook, "tiny"
    sae.load_state_dict(random_weights(name, sae.state_dict(), one["rest"]))
    if name == "batchtopk-in-training":
        sae.save_model(folder)  # what stands in a checkpoint, which SAELens resumes from; inference is defined by the other
        sae.save_inference_model(folder.parent / f"{name}-inference")
        return folder.parent / f"{name}-inference"
    sae.save_inference_model(folder) if training else sae.save_model(folder)
    if one["file"]:
        (folder / "cfg.json").write_text(json.dumps(one["file"], indent=1) + "\n")
    if one["dtype"] != torch.float32:
        weights = folder / "sae_weights.safetensors"
        save_file({key: value.to(one["dtype"]) for key, value in load_file(weights).items()}, weights)
    return folder


def transformer(model: Model, dtype: torch.dtype) -> tuple[HookedSAETransformer, list[int]]:
    config, weights = make(model)
    fields = {key: value for key, value in config.items() if key != "format_version" and key not in PROCESSING}
    spliced = HookedSAETransformer(HookedTransformerConfig(**fields, device="cpu", dtype=dtype, init_weights=False))
    missing, unexpected = spliced.load_state_dict({key: value.to(dtype) for key, value in weights.items()}, strict=False)
    assert not unexpected and all(key.endswith((".mask", ".IGNORE")) for key in missing)
    return spliced.eval(), tokens(model, config)


def cases(hook: str, d_in: int, active: list[int]) -> list[tuple]:
    """`(name, error term, edits)`; `active` are features that fire somewhere."""
    at = lambda site, how, **fields: edit(f"{hook}.{site}", how, **fields)
    return [
        ("spliced in", False, []),
        ("with its error term", True, []),
        ("features off", False, [at(POST, "zero", features=active[:3])]),
        ("features off, with its error term", True, [at(POST, "zero", features=active[:3])]),
        ("feature clamped", True, [at(POST, "replace", features=[active[0]], value=5.0)]),
        ("features scaled at two positions", True, [at(POST, "scale", features=active, positions=[2, -1], scale=-1.5)]),
        ("feature that rests awoken", False, [at(POST, "replace", features=[-1], positions=[0], value=2.5)]),
        ("before the activation", True, [at(PRE, "add", features=[active[1], 0], value=1.5)]),
        ("input moved", True, [at(INPUT, "add", value=Random(d_in), scale=0.5)]),
        ("reconstruction halved", True, [at(RECONS, "scale", scale=0.5)]),
        ("without error at one position", True, [at(ERROR, "zero", positions=[3])]),
        ("output scaled", True, [at(OUTPUT, "scale", positions=[1, 4], scale=2.0)]),
        ("the hook below moved", True, [at("", "add", positions=[2], value=0.5)]),
    ]


def run(spliced: HookedSAETransformer, sae: SAE, ids: list[int], hook: str, error_term: bool, edits: list, values: dict) -> dict:
    """Every hook of the SAE, then `logits`. A change of the hook below is one of what the SAE reads and of what the error is taken from."""
    functions = [(e["hook"], partial(edited, case_edit=e, values=values, means={})) for e in edits]
    with torch.inference_mode(), spliced.saes(saes=[], reset_saes_end=False):
        spliced.add_sae(sae, use_error_term=error_term)
        wrapper = spliced._acts_to_saes[hook]
        below = [function for name, function in functions if name == hook]
        forward = wrapper.forward
        wrapper.forward = lambda x: forward(below[0](x, hook=None)) if below else forward(x)
        with spliced.hooks(fwd_hooks=[pair for pair in functions if pair[0] != hook]):
            logits, cache = spliced.run_with_cache(torch.tensor([ids]), names_filter=lambda name: "hook_sae_" in name, remove_batch_dim=True)
    spliced.reset_saes()
    return {**dict(cache), "logits": logits[0]}


def generate(name: str, one: dict, root: Path, model: Model) -> None:
    hook, d_in = one["place"]
    folder = root / name
    inference = save(name, one, folder)
    spliced, ids = transformer(model, torch.float64)
    rounded, _ = transformer(model, torch.float32)
    sae, rounded_sae = (SAE.load_from_disk(inference, dtype=dtype) for dtype in ("float64", "float32"))
    clean = run(spliced, sae, ids, hook, False, [], {})
    firing = clean[f"{hook}.{POST}"] > 0
    assert 2 < firing.sum(-1).double().mean() < 24, (name, firing.sum(-1))
    # Firing at some positions and not at others, the busiest first.
    counts = firing.sum(0)
    active = [int(i) for i in counts.argsort(descending=True, stable=True) if counts[i] > 0][:6]
    without, _ = transformer(model, torch.float64)
    plain = without(torch.tensor([ids]))[0]

    written, tensors = [], {}
    for number, (title, error_term, edits) in enumerate(cases(hook, d_in, active)):
        edits = [{**e, "hook": e["hook"].removesuffix(".")} for e in edits]
        # A checkpoint weighs pre-activations by the decoder behind this hook; saved for inference, before it.
        if inference != folder and any(e["hook"].endswith(PRE) for e in edits):
            continue
        edits = filled(edits, number, model, {**clean, hook: clean[f"{hook}.{OUTPUT}"]}, tensors)
        result = run(spliced, sae, ids, hook, error_term, edits, tensors)
        in_f32 = run(rounded, rounded_sae, ids, hook, error_term, edits, tensors)
        noise = max(largest_difference(in_f32[key], value) for key, value in result.items())
        assert noise < F32_NOISE, f"{name}, {title}: f32 differs by {noise:.1e}; no engine could be held to 1e-4"
        if title == "with its error term":
            assert largest_difference(result["logits"], plain) < 1e-12
        # Before and between, an edited run is as the first one.
        kept = {f"{hook}.{site}" for site in (POST, ERROR, OUTPUT)} | {"logits"} | {e["hook"] for e in edits}
        result = {key: value for key, value in result.items() if number == 0 or key in kept}
        if inference != folder:
            result.pop(f"{hook}.{PRE}", None)
        for key, value in result.items():
            assert torch.isfinite(value).all(), (name, title, key)
            tensors[f"{number}/{key}"] = value.float().contiguous()
        written.append({"name": title, "errorTerm": error_term, "edits": edits, "expect": {key: f"{number}/{key}" for key in result}})
    (folder / "cases.json").write_text(json.dumps({"model": model.id, "hook": hook, "cases": written}, indent=1) + "\n", encoding="utf-8")
    save_file(tensors, folder / "expect.safetensors")
    if inference != folder:
        shutil.rmtree(inference)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name:28} {size / 1000:5.0f} kB   {firing.sum(-1).double().mean():4.1f} features fire")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="regenerate into a temporary folder and compare")
    check = arguments.parse_args().check
    assert version("sae-lens") == SAE_LENS, f"these are the values of sae-lens {SAE_LENS}"
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    model = next(model for model in MODELS if model.id == "standard-ln-gelu")
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary)
        for name, one in FIXTURES.items():
            generate(name, one, fresh, model)
        if check:
            wrong = compare(fresh, HERE)
            print("\n".join(wrong) if wrong else f"{len(FIXTURES)} SAEs as committed")
            return 1 if wrong else 0
        shutil.rmtree(HERE, ignore_errors=True)
        shutil.copytree(fresh, HERE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
