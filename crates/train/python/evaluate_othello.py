"""Measures Othello-GPT on fresh games, with its controls, into `evaluation.json` of the model folder.

python evaluate_othello.py --games BINARY --model www/models/othello
"""

import argparse
import json
import statistics
from pathlib import Path

import torch

from othello_export import load_othello, untrained_twin
from othello_games import Batch, fresh_games
from othello_score import Unplayed, score

SEED, GAMES, UNTRAINED = 2_000_003, 1000, 5


def spread(values):
    return {"mean": statistics.fmean(values), "sd": statistics.stdev(values)}


def evaluate(folder, games, n_games):
    batch = fresh_games(games, SEED, n_games)
    model = load_othello(folder)
    tenths = [score(model, Batch(*part)) for part in zip(*(tensor.chunk(10) for tensor in batch))]
    untrained = [score(untrained_twin(games, folder, seed), batch) for seed in range(UNTRAINED)]
    numbers = ("illegal_top1", "illegal_mass", "cross_entropy")
    return {
        "games": n_games,
        "seed": SEED,
        "model": score(model, batch),
        "sd_over_tenths_of_the_games": {name: statistics.stdev(part[name] for part in tenths) for name in numbers},
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
