"""A checkpoint of Othello-GPT becomes a model folder (all but evaluation and card), and a folder becomes a model again.

python othello_export.py --games BINARY --run FOLDER --out www/models/othello
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from export import write_atomically
from model import EPS
from othello_games import fresh_games
from othello_model import Othello
from othello_recipe import OthelloShape

REFERENCE_SEED, REFERENCE_MOVES, REFERENCE_LOGIT_ROWS = 3_000_017, 16, 2


def config(name, shape, seed):
    """`config.json`, in the words of TransformerLens's HookedTransformerConfig."""
    return {
        "format_version": 1,
        "model_name": name,
        "n_layers": shape.n_layers,
        "d_model": shape.d_model,
        "n_ctx": shape.n_ctx,
        "d_head": shape.d_head,
        "n_heads": shape.n_heads,
        "d_mlp": shape.d_mlp,
        "act_fn": "gelu",
        "attn_only": False,
        "d_vocab": shape.d_vocab,
        "d_vocab_out": shape.d_vocab,
        "normalization_type": "LN",
        "eps": EPS,
        "positional_embedding_type": "standard",
        "attention_dir": "causal",
        "use_attn_scale": True,
        "default_prepend_bos": False,
        "seed": seed,
        "fold_ln": False,
        "center_writing_weights": False,
        "center_unembed": False,
    }


def load_othello(folder):
    """The model of a folder, in f32, weights as rounded on disk."""
    given = json.loads((Path(folder) / "config.json").read_text())
    model = Othello(OthelloShape(**{name: given[name] for name in OthelloShape.__dataclass_fields__}))
    weights = load_file(Path(folder) / "model.safetensors")
    model.load_state_dict({name: value.float() for name, value in weights.items()})
    return model.eval()


def untrained_twin(games, folder, seed):
    """The untrained network that the engine draws at run time; biases, which its file leaves out, are zeros."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "untrained.safetensors"
        command = [str(games), "untrained", "--model", str(folder), "--seed", str(seed), "--out", str(path)]
        subprocess.run(command, check=True)
        weights = load_file(path)
    twin = Othello(load_othello(folder).shape)
    for name, parameter in twin.named_parameters():
        torch.nn.init.zeros_(parameter)
        if name not in weights and not name.split(".")[-1].startswith("b"):
            raise SystemExit(f"the untrained twin has no {name}")
    twin.load_state_dict(weights, strict=False)
    return twin.eval()


@torch.no_grad()
def reference(model, ids):
    """`reference.json`: what an engine must see for `ids`, computed in f64 from the weights as they are on disk.

    Tolerance is relative to each tensor's largest magnitude. `logits` holds the last rows only.
    """
    model.double()
    n_layers = model.shape.n_layers
    stream = model.residuals(ids[None])
    first, last = model.blocks[0], n_layers - 1
    normalized = model.ln_final(stream[-1])
    wanted = {
        "blocks.0.attn.hook_pattern": first.attn.pattern(first.ln1(stream[0])),
        f"blocks.{last // 2}.hook_resid_post": stream[last // 2 + 1],
        f"blocks.{last}.hook_resid_post": stream[-1],
        "ln_final.hook_normalized": normalized,
        "logits": (normalized @ model.unembed.W_U + model.unembed.b_U)[:, -REFERENCE_LOGIT_ROWS:],
    }
    model.float()
    activations = {
        name: {"shape": list(value.shape[1:]), "data": [float(f"{number:.7g}") for number in value.flatten().tolist()]}
        for name, value in wanted.items()
    }
    return {"format_version": 1, "tokens": ids.tolist(), "tolerance": 1e-4, "activations": activations}


def newest(run):
    """The finished branch of a run if there is one, else its newest checkpoint."""
    decayed = Path(run) / "decayed.pt"
    if decayed.exists():
        state = torch.load(decayed, weights_only=True)
        if state["step"] >= state["decay_from"] + state["decay_over"]:
            return state
    return torch.load(Path(run) / "checkpoint.pt", weights_only=True)


def export(state, games, out):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    shape = OthelloShape(**state["recipe"]["shape"])
    weights = {key: value.half().contiguous() for key, value in state["model"].items()}
    write_atomically(out / "model.safetensors", lambda path: save_file(weights, path))
    described = json.dumps(config(out.name, shape, state["recipe"]["seed"]), indent=2) + "\n"
    write_atomically(out / "config.json", lambda path: path.write_text(described))
    ids = fresh_games(games, REFERENCE_SEED, 1).ids[0, :REFERENCE_MOVES]
    expected = json.dumps(reference(load_othello(out), ids)) + "\n"
    write_atomically(out / "reference.json", lambda path: path.write_text(expected))
    points = ",\n  ".join(json.dumps(point) for point in state["curve"])
    told = {name: state[name] for name in ("step", "games", "seconds", "decay_from", "decay_over")}
    parts = {"recipe": state["recipe"], "earlier": state["earlier"], "end": told}
    head = "".join(f'"{name}": {json.dumps(value)},\n ' for name, value in parts.items())
    curves = f'{{{head}"points": [\n  {points}\n]}}\n'
    write_atomically(out / "curves.json", lambda path: path.write_text(curves))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", required=True, help="the glasshouse-train binary, which makes the games")
    parser.add_argument("--run", required=True, help="folder of the checkpoints")
    parser.add_argument("--out", required=True, help="model folder to write")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    export(newest(arguments.run), arguments.games, arguments.out)


if __name__ == "__main__":
    main()
