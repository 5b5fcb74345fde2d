"""Measures `stories` on held-out text beside n-grams of the same training text, into `evaluation.json` of its folder.

python evaluate_stories.py --model www/models/stories --data ENCODED --twin FILE
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F

from batches import Corpora
from bigram import Bigram
from export import write_atomically
from stories_export import become, load_stories
from trigram import Trigram
from watch import text_rows

SKIPPED = 2  # targets of every row: what comes after BOS alone nobody can know, nor a trigram what comes after that
UNTRAINED_ROWS = 64  # of each corpus: the untrained twin costs the same everywhere


@torch.no_grad()
def token_losses(model, ids):
    """Loss of every target of the rows of `ids`, `[row, n_ctx - SKIPPED]`, nats."""
    parts = zip(*(rows.split(16) for rows in text_rows(ids, model.shape.n_ctx)))
    losses = [F.cross_entropy(model(x).transpose(1, 2), y, reduction="none") for x, y in parts]
    return torch.cat(losses)[:, SKIPPED:]


def n_gram_losses(losses, ids, n_ctx, n):
    """Of the same targets, given the losses of `ids[n - 1:]`: an n-gram may look across the beginning of a row."""
    rows = len(ids) // n_ctx
    padded = torch.cat([torch.zeros(n - 1), torch.from_numpy(losses).float()])
    return padded[: rows * n_ctx].view(rows, n_ctx)[:, SKIPPED:]


def evaluate(folder, data, twin):
    model, untrained = load_stories(folder), become(load_stories(folder), twin)
    names = list(json.loads((Path(folder) / "curves.json").read_text())["recipe"]["corpora"])
    train, val = Corpora(data, "train").ids, Corpora(data, "val").ids
    d_vocab, n_ctx = model.shape.d_vocab, model.shape.n_ctx
    bigram = Bigram([train[name] for name in names], d_vocab)
    trigram = Trigram([train[name] for name in names], d_vocab)
    table, totals = {}, {}
    for name in names:
        ids = val[name]
        own = Trigram([train[name]], d_vocab)
        row = {
            "model": token_losses(model, ids),
            "trigram": n_gram_losses(trigram.losses(ids), ids, n_ctx, 3),
            "own_trigram": n_gram_losses(own.losses(ids), ids, n_ctx, 3),
            "bigram": n_gram_losses(bigram.losses(ids[:-1], ids[1:]), ids, n_ctx, 2),
        }
        row["untrained"] = token_losses(untrained, ids[: UNTRAINED_ROWS * n_ctx]).mean().expand_as(row["model"])
        for key, losses in row.items():
            totals[key] = totals.get(key, 0.0) + losses.double().sum().item()
        table[name] = {"tokens": row["model"].numel()} | {key: losses.mean().item() for key, losses in row.items()}
    tokens = sum(row["tokens"] for row in table.values())
    return {"text": table, "total": {"tokens": tokens} | {key: value / tokens for key, value in totals.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="model folder")
    parser.add_argument("--data", required=True, help="folder of encoded corpora")
    parser.add_argument("--twin", required=True, help="safetensors file of the untrained twin")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    folder = Path(arguments.model)
    result = json.dumps(evaluate(folder, arguments.data, arguments.twin), indent=1) + "\n"
    write_atomically(folder / "evaluation.json", lambda path: path.write_text(result))


if __name__ == "__main__":
    main()
