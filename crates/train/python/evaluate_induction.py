"""Measures an induction model on fresh data, with its controls, into a JSON file.

    python evaluate_induction.py --model www/models/induction-2l --data ENCODED --out evaluation.json

Copying and heads: 512 rows `[BOS, r, r]`, `r` of 50 tokens drawn uniformly from the whole vocabulary, seeded, never
used in training. Ablations replace `hook_z` of a head on those rows by its mean over text at that position
(`means.safetensors`), or by zero. Text: the held-out files, in rows of 256.
"""

import argparse
import itertools
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from batches import Corpora
from bigram import Bigram
from export import load_model
from model import Transformer
from watch import copying, duplicate_scores, head_scores, random_repeats, text_rows

ROWS, LENGTH, UNTRAINED = 512, 50, 50


def in_batches(rows, size=64):
    return rows.split(size)


@torch.no_grad()
def copy_numbers(model, rows, edit_z=None):
    """`copying` over all rows, and the spread of the accuracy over groups of 64 rows."""
    parts = [copying(model.run(part, edit_z)[0], part) for part in in_batches(rows)]
    means = {name: float(np.mean([part[name] for part in parts])) for name in parts[0]}
    return means | {
        "copy_accuracy_sd_over_groups_of_64_rows": float(np.std([part["copy_accuracy"] for part in parts], ddof=1))
    }


@torch.no_grad()
def scores(model, rows):
    """`{score: [layer][head]}` of previous-token, induction and duplicate-token scores."""
    sums = {}
    for part in in_batches(rows):
        _, cache = model.run(part)
        for layer in range(model.shape.n_layers):
            pattern = cache[f"blocks.{layer}.attn.hook_pattern"]
            for name, score in (head_scores(pattern, LENGTH) | duplicate_scores(pattern, LENGTH)).items():
                sums.setdefault(name, torch.zeros(model.shape.n_layers, model.shape.n_heads))[layer] += score * len(
                    part
                )
    return {name: total / len(rows) for name, total in sums.items()}


def untrained_models(shape):
    for seed in range(UNTRAINED):
        torch.manual_seed(10_000 + seed)
        yield Transformer(shape).eval()


def untrained(shape, rows):
    """The same architecture before training: copying of one model, and the 95th percentile of the head scores over many."""
    copied, drawn = None, {}
    for model in untrained_models(shape):
        copied = copied or copy_numbers(model, rows)
        for name, values in scores(model, rows[:64]).items():
            drawn.setdefault(name, []).append(values)
    percentile = {name: torch.stack(values, 1).flatten(1).quantile(0.95, 1).tolist() for name, values in drawn.items()}
    return {"copying": copied, "draws": UNTRAINED, "score_95th_percentile_by_layer": percentile}


def ablations(model, rows, means):
    """Copying with each head switched off, and with each pair of heads of one layer."""

    def without(heads, how):
        def edit_z(layer, z):
            for at, head in heads:
                if at == layer:
                    z[:, :, head] = means[f"blocks.{layer}.attn.hook_z"][: z.shape[1], head] if how == "mean" else 0.0

        numbers = copy_numbers(model, rows, edit_z)
        return {"heads": [f"{layer}.{head}" for layer, head in heads], "how": how, **numbers}

    layers, heads = range(model.shape.n_layers), range(model.shape.n_heads)
    single = [without([(layer, head)], how) for layer in layers for head in heads for how in ("mean", "zero")]
    pairs = [without([(layer, a), (layer, b)], "mean") for layer in layers for a, b in itertools.combinations(heads, 2)]
    return {"single": single, "pairs": pairs}


@torch.no_grad()
def text(model, data):
    """Held-out loss per corpus beside bigrams: one of all the training text, one of the corpus's own."""
    train, val = Corpora(data, "train"), Corpora(data, "val")
    d_vocab, length = model.shape.d_vocab, model.shape.n_ctx
    everything = Bigram(train.ids.values(), d_vocab)
    table, totals = {}, {}
    for name, ids in val.ids.items():
        inputs, targets = text_rows(ids, length)
        losses = torch.cat(
            [
                F.cross_entropy(model(x).transpose(1, 2), y, reduction="none")
                for x, y in zip(inputs.split(16), targets.split(16))
            ]
        )
        # After BOS nobody can know where in a text the row begins: that target is left out for all.
        before, after = inputs[:, 1:].numpy(), targets[:, 1:].numpy()
        row = {
            "model": losses[:, 1:].mean().item(),
            "bigram": float(everything.losses(before, after).mean()),
            "own_bigram": float(Bigram([train.ids[name]], d_vocab).losses(before, after).mean()),
        }
        table[name] = row | {"tokens": after.size}
        for key, value in row.items():
            totals[key] = totals.get(key, 0.0) + value * after.size
    tokens = sum(row["tokens"] for row in table.values())
    return table | {"total": {key: value / tokens for key, value in totals.items()} | {"tokens": tokens}}


def evaluate(folder, data):
    model = load_model(folder)
    rows = random_repeats("final", ROWS, LENGTH, model.shape.d_vocab)
    means = {name: value.float() for name, value in load_file(Path(folder) / "means.safetensors").items()}
    return {
        "rows": ROWS,
        "segment_tokens": LENGTH,
        "copying": copy_numbers(model, rows),
        "heads": {name: values.tolist() for name, values in scores(model, rows).items()},
        "untrained": untrained(model.shape, rows),
        "ablations": ablations(model, rows, means),
        "text": text(model, data),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="model folder")
    parser.add_argument("--data", required=True, help="folder of encoded corpora")
    parser.add_argument("--out", required=True, help="JSON file to write")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    Path(arguments.out).write_text(json.dumps(evaluate(arguments.model, arguments.data), indent=1) + "\n")


if __name__ == "__main__":
    main()
