"""Measures Othello-GPT on fresh games, with its controls, into `evaluation.json` of the model folder.

python evaluate_othello.py --games BINARY --model www/models/othello
"""

import argparse
import json
import statistics
from pathlib import Path

import torch

from othello_export import load_othello
from othello_games import Batch, Games, batch_of
from othello_model import Othello
from othello_score import Unplayed, score

SEED, GAMES, GROUP, UNTRAINED = 2_000_003, 1000, 100, 5


def untrained_models(shape):
    """The same architecture before training, from other seeds than the trained one's."""
    for seed in range(UNTRAINED):
        torch.manual_seed(10_000 + seed)
        yield Othello(shape).eval()


def spread(values):
    return {"mean": statistics.fmean(values), "sd": statistics.stdev(values)}


def evaluate(folder, games, n_games):
    source = Games(games, SEED)
    batch = batch_of(source.read(n_games))
    source.close()
    model = load_othello(folder)
    groups = [score(model, Batch(*part)) for part in zip(*(tensor.split(max(2, n_games // 10)) for tensor in batch))]
    untrained = [score(twin, batch) for twin in untrained_models(model.shape)]
    numbers = ("illegal_top1", "illegal_mass", "cross_entropy")
    return {
        "games": n_games,
        "seed": SEED,
        "model": score(model, batch),
        "sd_over_tenths_of_the_games": {name: statistics.stdev(part[name] for part in groups) for name in numbers},
        "untrained": {name: spread([twin[name] for twin in untrained]) for name in numbers} | {"models": UNTRAINED},
        "unplayed_squares": score(Unplayed(), batch),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", required=True, help="the glasshouse-train binary, which makes the games")
    parser.add_argument("--model", required=True, help="model folder")
    parser.add_argument("--n-games", type=int, default=GAMES)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    measured = evaluate(arguments.model, arguments.games, arguments.n_games)
    (Path(arguments.model) / "evaluation.json").write_text(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main()
