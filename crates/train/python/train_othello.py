"""Trains Othello-GPT on random games made on the fly. Seeded; killed at any moment, it goes on from its last checkpoint.

python train_othello.py --games BINARY --run FOLDER [--decay-over STEPS | --keep-branch]

The rate is constant and the run has no end. `--decay-over` branches off the newest checkpoint: the rate falls to zero
over so many steps, in a checkpoint of its own; the constant run can go on later as if nothing had happened.
`--keep-branch` lets the run go on from a finished branch instead, at the full rate again.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch

from othello_export import load_othello
from othello_games import Games, batch_of, fresh_games
from othello_model import Othello
from othello_optimiser import optimisers
from othello_recipe import add_recipe_arguments, chosen_recipe
from othello_score import score
from train_induction import save_atomically

WATCH_SEED, WATCH_GAMES = 1_000_003, 200  # never trained on: the games of another seed


class Run:
    """A model in training, with everything that a checkpoint must hold."""

    def __init__(self, recipe):
        torch.manual_seed(recipe.seed)
        self.recipe, self.model = recipe, Othello(recipe.shape)
        self.optimisers = optimisers(self.model, recipe)
        self.full_rates = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.optimisers]
        self.step, self.games, self.seconds, self.curve = 0, 0, 0.0, []
        self.warm_from, self.decay_from, self.decay_over = 0, None, None
        self.earlier = []  # recipes that the run has had before this one, with the step up to which each held

    KEPT = ("step", "games", "seconds", "curve", "warm_from", "decay_from", "decay_over", "earlier")

    def save(self, path):
        state = {name: getattr(self, name) for name in self.KEPT} | {
            "recipe": self.recipe.describe(),
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
        }
        save_atomically(state, path)

    def resume(self, path):
        state = torch.load(path, weights_only=True)
        if state["recipe"]["shape"] != self.recipe.describe()["shape"]:
            raise SystemExit(f"{path} holds a model of another shape: move it away to start anew")
        for name in self.KEPT:
            setattr(self, name, state[name])
        if json.dumps(state["recipe"]) != json.dumps(self.recipe.describe()):
            self.earlier = [*self.earlier, {"until_step": self.step, "recipe": state["recipe"]}]
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)

    def start_from(self, folder):
        """Shipped weights as they are, rounded to f16, with a fresh optimiser and a new warm-up; the games go on."""
        self.model.load_state_dict(load_othello(folder).state_dict())
        told = json.loads((folder / "curves.json").read_text())
        for name in ("step", "games", "seconds"):
            setattr(self, name, told["end"][name])
        self.earlier = [*told["earlier"], {"until_step": self.step, "recipe": told["recipe"]}]
        self.warm_from, self.curve = self.step, told["points"]

    def rate(self):
        """Share of the full rate: a linear warm-up, constant, and in a branch linear to zero."""
        warm = min(1.0, (self.step - self.warm_from + 1) / self.recipe.warm_up_steps)
        if self.decay_over is None:
            return warm
        return warm * max(0.0, 1 - (self.step - self.decay_from) / self.decay_over)

    def is_done(self):
        return self.decay_over is not None and self.step >= self.decay_from + self.decay_over

    def keep_branch(self):
        """What was a finished branch is the run."""
        branch = {"until_step": self.step, "recipe": self.recipe.describe(), "decay_over": self.decay_over}
        self.earlier, self.decay_from, self.decay_over = [*self.earlier, branch], None, None

    def learn(self, batch):
        """One step; returns the loss in nats above its floor, the entropy of the legal moves."""
        target, counts = batch.target()
        log_probs = self.model(batch.ids).log_softmax(-1)
        cross_entropy = -(log_probs * target).sum() / counts.sum()
        cross_entropy.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser, rates in zip(self.optimisers, self.full_rates):
            for group, rate in zip(optimiser.param_groups, rates):
                group["lr"] = rate * self.rate()
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        self.games += len(batch.ids)
        floor = batch.legal.sum(-1).clamp(min=1).log().sum() / counts.sum()
        return (cross_entropy.detach() - floor).item()


def start(recipe, arguments):
    """The run to go on with, and the path of its checkpoint."""
    folder, decay_over = Path(arguments.run), arguments.decay_over
    constant, decayed = folder / "checkpoint.pt", folder / "decayed.pt"
    run = Run(recipe)
    if constant.exists():
        run.resume(constant)
    elif arguments.start_from:
        run.start_from(Path(arguments.start_from))
    if decay_over is None:
        return run, constant
    if decayed.exists():
        branch = Run(recipe)
        branch.resume(decayed)
        if branch.decay_over == decay_over and (not branch.is_done() or branch.decay_from == run.step):
            return branch, decayed
    run.decay_from, run.decay_over = run.step, decay_over
    return run, decayed


def keep_branch(recipe, folder):
    """The finished branch becomes the checkpoint that the run goes on from."""
    branch = Run(recipe)
    branch.resume(folder / "decayed.pt")
    if not branch.is_done():
        raise SystemExit(f"the branch in {folder} is not finished")
    branch.keep_branch()
    branch.save(folder / "checkpoint.pt")


def train(arguments):
    recipe = chosen_recipe(arguments)
    Path(arguments.run).mkdir(parents=True, exist_ok=True)
    run, path = start(recipe, arguments)
    watched = fresh_games(arguments.games, WATCH_SEED, WATCH_GAMES)
    games = Games(arguments.games, recipe.seed, run.games)
    print(f"from step {run.step}, game {run.games}, on {torch.get_num_threads()} threads", flush=True)
    started = last_save = last_watch = time.monotonic()
    before, first_step, losses = run.seconds, run.step, []
    while not run.is_done():
        losses.append(run.learn(batch_of(games.read(recipe.games_per_step))))
        now = time.monotonic()
        run.seconds = before + now - started
        stop = arguments.stop_seconds is not None and run.seconds > arguments.stop_seconds
        if now - last_watch > arguments.watch_seconds or run.is_done() or stop:
            seen = score(run.model, watched)
            speed = (run.step - first_step) / (now - started)
            point = {"step": run.step, "games": run.games, "seconds": round(run.seconds), "rate": round(run.rate(), 4)}
            point["above_floor_train"] = sum(losses) / len(losses)
            point |= {name: seen[name] for name in ("above_floor", "illegal_top1", "illegal_mass")}
            run.curve.append({name: round(value, 5) for name, value in point.items()})
            left = ""
            if run.decay_over:
                left = f"  {(run.decay_from + run.decay_over - run.step) / speed / 60:.1f} min left"
            print(f"{json.dumps(run.curve[-1])}  {speed:.2f} steps/s{left}", flush=True)
            last_watch, losses = time.monotonic(), []
        if now - last_save > arguments.checkpoint_seconds or run.is_done() or stop:
            run.save(path)
            last_save = time.monotonic()
        if stop:
            break
    games.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_recipe_arguments(parser)
    parser.add_argument("--games", required=True, help="the glasshouse-train binary, which makes the games")
    parser.add_argument("--run", required=True, help="folder for the checkpoints")
    parser.add_argument("--decay-over", type=int, help="branch off: let the rate fall to zero over so many steps")
    parser.add_argument("--keep-branch", action="store_true", help="train nothing: let the run go on from its branch")
    parser.add_argument("--start-from", help="where there is no checkpoint: a model folder whose weights to begin from")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--watch-seconds", type=float, default=60, help="time between two points of the learning curve")
    parser.add_argument("--checkpoint-seconds", type=float, default=120, help="time between two checkpoints")
    parser.add_argument("--stop-seconds", type=float, help="stop after so much training in all")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.keep_branch:
        keep_branch(chosen_recipe(arguments), Path(arguments.run))
    else:
        train(arguments)


if __name__ == "__main__":
    sys.exit(main())
