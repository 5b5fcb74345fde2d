"""A checkpoint becomes a model folder (all but the card), and a model folder becomes a model again.

python export.py --model induction-2l --run FOLDER --data ENCODED --out www/models/induction-2l
"""

import argparse
import json
import os
import random
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from batches import Batches, Corpora
from model import EPS, Transformer
from recipe import BOS, Shape, add_recipe_arguments, chosen_recipe

MEAN_ROWS = 512
REFERENCE_TEXT = "Mary saw the cat. Mary saw the"
REFERENCE_LOGIT_ROWS = 1


def config(name, recipe):
    """`config.json`, in the words of TransformerLens's HookedTransformerConfig."""
    shape = recipe.shape
    return {
        "format_version": 1,
        "model_name": name,
        "n_layers": shape.n_layers,
        "d_model": shape.d_model,
        "n_ctx": shape.n_ctx,
        "d_head": shape.d_head,
        "n_heads": shape.n_heads,
        "d_mlp": None,
        "act_fn": None,
        "attn_only": True,
        "d_vocab": shape.d_vocab,
        "d_vocab_out": shape.d_vocab,
        "normalization_type": "LN",
        "eps": EPS,
        "positional_embedding_type": "shortformer",
        "attention_dir": "causal",
        "use_attn_scale": True,
        "default_prepend_bos": True,
        "bos_token_id": BOS,
        "seed": recipe.seed,
        "fold_ln": False,
        "center_writing_weights": False,
        "center_unembed": False,
    }


def load_model(folder):
    """The model of a folder, in f32, weights as rounded on disk."""
    given = json.loads((Path(folder) / "config.json").read_text())
    model = Transformer(Shape(**{name: given[name] for name in Shape.__dataclass_fields__}))
    model.load_state_dict(
        {name: value.float() for name, value in load_file(Path(folder) / "model.safetensors").items()}
    )
    return model.eval()


@torch.no_grad()
def text_means(model, recipe, corpora):
    """Mean of every `hook_z` over training text at each position: `[n_ctx, head, d_head]`, f16."""
    batches, n_ctx = Batches(recipe, corpora), recipe.shape.n_ctx
    rng = random.Random(f"{recipe.seed} means")
    rows = torch.tensor([[BOS] + batches.text(rng, n_ctx - 1) for _ in range(MEAN_ROWS)])
    sums = {}
    for part in rows.split(32):
        for name, value in model.run(part)[1].items():
            if name.endswith("hook_z"):
                sums[name] = sums.get(name, 0) + value.sum(0)
    return {name: (total / MEAN_ROWS).half() for name, total in sums.items()}


@torch.no_grad()
def reference(model, ids):
    """`reference.json`: what an engine must see for `ids`, computed in f64 from the weights as they are on disk.

    Tolerance is relative to each tensor's largest magnitude. `logits` holds the last rows only.
    """
    logits, cache = model.double().run(torch.tensor([ids]))
    model.float()
    wanted = {name: value[0] for name, value in cache.items() if name.endswith("hook_pattern")}
    last = f"blocks.{model.shape.n_layers - 1}.hook_resid_post"
    wanted |= {last: cache[last][0], "ln_final.hook_normalized": cache["ln_final.hook_normalized"][0]}
    wanted["logits"] = logits[0, -REFERENCE_LOGIT_ROWS:]
    activations = {
        name: {"shape": list(value.shape), "data": [float(f"{number:.7g}") for number in value.flatten().tolist()]}
        for name, value in wanted.items()
    }
    return {"format_version": 1, "tokens": ids, "tolerance": 1e-4, "activations": activations}


def write_atomically(path, write):
    partial = path.with_name(path.name + ".tmp")
    write(partial)
    partial.chmod(0o644)  # safetensors writes for the owner only; a web server may be someone else
    os.replace(partial, path)


def export(name, recipe, run, data, out):
    out, data = Path(out), Path(data)
    state = torch.load(Path(run) / "checkpoint.pt", weights_only=True)
    if json.dumps(state["recipe"]) != json.dumps(recipe.describe()):
        raise SystemExit(f"the checkpoint in {run} was not made by the recipe of {name}")
    if state["step"] != recipe.steps:
        print(f"note: this checkpoint is from step {state['step']} of {recipe.steps}")
    out.mkdir(parents=True, exist_ok=True)
    weights = {key: value.half().contiguous() for key, value in state["model"].items()}
    write_atomically(out / "model.safetensors", lambda path: save_file(weights, path))
    write_atomically(
        out / "config.json", lambda path: path.write_text(json.dumps(config(name, recipe), indent=2) + "\n")
    )
    write_atomically(out / "tokenizer.json", lambda path: shutil.copyfile(data / "tokenizer.json", path))
    model = load_model(out)
    means = text_means(model, recipe, Corpora(data, "train"))
    write_atomically(out / "means.safetensors", lambda path: save_file(means, path))
    ids = [BOS] + Tokenizer.from_file(str(data / "tokenizer.json")).encode(REFERENCE_TEXT).ids
    write_atomically(out / "reference.json", lambda path: path.write_text(json.dumps(reference(model, ids)) + "\n"))
    points = ",\n  ".join(json.dumps(point) for point in state["curves"])
    curves = f'{{"recipe": {json.dumps(state["recipe"])},\n "points": [\n  {points}\n]}}\n'
    write_atomically(out / "curves.json", lambda path: path.write_text(curves))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_recipe_arguments(parser)
    parser.add_argument("--run", required=True, help="folder of the checkpoint")
    parser.add_argument("--data", required=True, help="folder of encoded corpora and tokenizer.json")
    parser.add_argument("--out", required=True, help="model folder to write")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    export(arguments.model, chosen_recipe(arguments), arguments.run, arguments.data, arguments.out)


if __name__ == "__main__":
    main()
