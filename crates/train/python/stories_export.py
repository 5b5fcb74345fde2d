"""A checkpoint of `stories` becomes a model folder (all but evaluation and card), and a folder becomes a model again.

python stories_export.py --run FOLDER --data ENCODED --out www/models/stories
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from batches import Corpora
from export import reference, write_atomically
from model import EPS
from recipe import BOS
from stories_model import Stories
from stories_recipe import StoriesRecipe, StoriesShape
from train_stories import rows

REFERENCE_TEXT = "Once upon a time there was a little girl. She"
MEAN_STEPS = 32
MEANS = ("blocks.0.attn.hook_z", "blocks.0.mlp.hook_post")


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
        "positional_embedding_type": "shortformer",
        "attention_dir": "causal",
        "use_attn_scale": True,
        "default_prepend_bos": True,
        "bos_token_id": BOS,
        "seed": seed,
        "fold_ln": False,
        "center_writing_weights": False,
        "center_unembed": False,
    }


def load_stories(folder):
    """The model of a folder, in f32, weights as rounded on disk."""
    given = json.loads((Path(folder) / "config.json").read_text())
    model = Stories(StoriesShape(**{name: given[name] for name in StoriesShape.__dataclass_fields__}))
    weights = load_file(Path(folder) / "model.safetensors")
    model.load_state_dict({name: value.float() for name, value in weights.items()})
    return model.eval()


def become(model, twin):
    """The weights of an untrained twin, a file of `glasshouse-train untrained`; biases that it leaves out are zeros."""
    weights = load_file(twin)
    kept = {name: torch.full_like(value, name.endswith(".w")) for name, value in model.state_dict().items()}
    model.load_state_dict(kept | {name: value for name, value in weights.items() if name in kept})
    return model


def text_means(model, recipe, corpora):
    """Mean of every hook of MEANS over training text at each position: `[n_ctx, …]`, f16."""
    sums, seen = {}, 0
    for step in range(MEAN_STEPS):
        inputs, _ = rows(recipe, corpora, recipe.steps + step)  # rows that training has not read
        cache = model.run(inputs)[1]
        for name in MEANS:
            sums[name] = sums.get(name, 0) + cache[name].sum(0)
        seen += len(inputs)
    return {name: (total / seen).half() for name, total in sums.items()}


def export(run, data, out):
    out, data = Path(out), Path(data)
    state = torch.load(Path(run) / "checkpoint.pt", weights_only=True)
    given = dict(state["recipe"])
    recipe = StoriesRecipe(**given | {"shape": StoriesShape(**given["shape"])})
    if state["step"] != recipe.steps:
        print(f"note: this checkpoint is from step {state['step']} of {recipe.steps}")
    out.mkdir(parents=True, exist_ok=True)
    weights = {key: value.half().contiguous() for key, value in state["model"].items()}
    write_atomically(out / "model.safetensors", lambda path: save_file(weights, path))
    described = json.dumps(config("stories", recipe.shape, recipe.seed), indent=2) + "\n"
    write_atomically(out / "config.json", lambda path: path.write_text(described))
    write_atomically(out / "tokenizer.json", lambda path: shutil.copyfile(data / "tokenizer.json", path))
    model = load_stories(out)
    means = text_means(model, recipe, Corpora(data, "train"))
    write_atomically(out / "means.safetensors", lambda path: save_file(means, path))
    ids = [BOS] + Tokenizer.from_file(str(data / "tokenizer.json")).encode(REFERENCE_TEXT).ids
    expected = json.dumps(reference(model, ids)) + "\n"
    write_atomically(out / "reference.json", lambda path: path.write_text(expected))
    points = ",\n  ".join(json.dumps(point) for point in state["curves"])
    told = json.dumps({name: state[name] for name in ("step", "seconds")})
    curves = f'{{"recipe": {json.dumps(state["recipe"])},\n "end": {told},\n "points": [\n  {points}\n]}}\n'
    write_atomically(out / "curves.json", lambda path: path.write_text(curves))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="folder of the checkpoint")
    parser.add_argument("--data", required=True, help="folder of encoded corpora and tokenizer.json")
    parser.add_argument("--out", required=True, help="model folder to write")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    export(arguments.run, arguments.data, arguments.out)


if __name__ == "__main__":
    main()
