"""Trains one induction model. Seeded; killed at any moment, it goes on from its last checkpoint.

python train_induction.py --model induction-2l --data ENCODED --run FOLDER
"""

import argparse
import json
import math
import os
import sys
import time
from pathlib import Path

import torch

from batches import Batches, Corpora
from bigram_start import bigram_table, fit
from loss import UnembedCrossEntropy
from model import Transformer
from optimiser import optimisers
from recipe import add_recipe_arguments, chosen_recipe
from watch import Watch


def learning_rate(recipe, step):
    """Linear warm-up, then flat, then linear to zero over the last part: a share of the full rate."""
    warm = (step + 1) / recipe.warm_up_steps
    cool = (recipe.steps - step) / (recipe.steps * recipe.cool_down)
    return min(1.0, warm, cool)


def save_atomically(value, path):
    """A killed run leaves the previous checkpoint or the new one, never half of one."""
    partial = path.with_name(path.name + ".tmp")
    with open(partial, "wb") as file:
        torch.save(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


class Run:
    """A model in training, with everything that a checkpoint must hold."""

    def __init__(self, recipe, folder):
        self.recipe, self.path = recipe, Path(folder) / "checkpoint.pt"
        torch.manual_seed(recipe.seed)
        self.model = Transformer(recipe.shape)
        self.optimisers = optimisers(self.model, recipe)
        self.full_rates = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.optimisers]
        self.step, self.curves, self.seconds = 0, [], 0.0
        self.vocabulary = float(recipe.first_vocabulary)
        self.copy_loss = float("inf")  # running mean over steps

    def save(self):
        state = {
            "recipe": self.recipe.describe(),
            "step": self.step,
            "vocabulary": self.vocabulary,
            "copy_loss": self.copy_loss,
            "seconds": self.seconds,
            "curves": self.curves,
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
        }
        save_atomically(state, self.path)

    def resume(self):
        if not self.path.exists():
            return
        state = torch.load(self.path, weights_only=True)
        if json.dumps(state["recipe"]) != json.dumps(self.recipe.describe()):
            raise SystemExit(f"{self.path} was made by another recipe: move it away to start anew")
        self.step, self.seconds, self.curves = state["step"], state["seconds"], state["curves"]
        self.vocabulary, self.copy_loss = state["vocabulary"], state["copy_loss"]
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)

    def learn(self, batch):
        """One step; returns the loss."""
        x = self.model.final(batch.inputs, batch.positions).flatten(0, 1)
        unembed = self.model.unembed
        targets, weights = batch.targets.flatten(), batch.weights.flatten()
        loss, losses = UnembedCrossEntropy.apply(x, unembed.W_U, unembed.b_U, targets, weights)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        share = learning_rate(self.recipe, self.step)
        for optimiser, rates in zip(self.optimisers, self.full_rates):
            for group, rate in zip(optimiser.param_groups, rates):
                group["lr"] = rate * share
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        self.grow_vocabulary(losses[batch.copied.flatten()].mean().item())
        return loss.item()

    def grow_vocabulary(self, copy_loss):
        self.copy_loss = copy_loss if self.copy_loss == float("inf") else 0.9 * self.copy_loss + 0.1 * copy_loss
        recipe, first, whole = self.recipe, self.recipe.first_vocabulary, self.recipe.shape.d_vocab - 1
        if self.copy_loss < recipe.copying_works_below * math.log(self.vocabulary):
            self.vocabulary *= recipe.vocabulary_growth
        begin, end = (share * recipe.steps for share in recipe.vocabulary_grows_anyway)
        at_least = first * (whole / first) ** min(1.0, max(0.0, (self.step - begin) / (end - begin)))
        self.vocabulary = min(whole, max(self.vocabulary, at_least))


def progress(run, started, first, loss):
    done, left = run.step / run.recipe.steps, run.recipe.steps - run.step
    eta = (time.monotonic() - started) / (run.step - first) * left
    bar = "#" * round(30 * done)
    end = "\n" if run.step == run.recipe.steps else ""
    print(
        f"\r[{bar:<30}] step {run.step}/{run.recipe.steps}  loss {loss:.3f}  {eta / 60:5.1f} min left ",
        end=end,
        flush=True,
    )


def train(recipe, data, folder, watch_every, checkpoint_seconds):
    Path(folder).mkdir(parents=True, exist_ok=True)
    run = Run(recipe, folder)
    run.resume()
    corpora = Corpora(data, "train")
    batches, watch = Batches(recipe, corpora), Watch(recipe, Corpora(data, "val"))
    if run.step:
        print(f"going on from step {run.step}")
    started = last_save = time.monotonic()
    before, first, shown = run.seconds, run.step, 0.0
    while run.step < recipe.steps:
        if run.step == recipe.first_steps:
            fit(run.model, bigram_table(corpora, recipe), recipe.bigram_steps, recipe.bigram_lr)
        loss = run.learn(batches.batch(run.step, int(run.vocabulary)))
        now = time.monotonic()
        run.seconds = before + now - started
        if run.step % watch_every == 0 or run.step == recipe.steps:
            point = {"step": run.step, "seconds": round(run.seconds), "train_loss": round(loss, 4)}
            point |= {"vocabulary": int(run.vocabulary), "copy_loss": round(run.copy_loss, 4)}
            run.curves.append(point | watch.look(run.model))
            print("\r" + json.dumps(run.curves[-1]), flush=True)
        if sys.stdout.isatty() and (now - shown > 0.5 or run.step == recipe.steps):
            progress(run, started, first, loss)
            shown = now
        if now - last_save > checkpoint_seconds or run.step == recipe.steps:
            run.save()
            last_save = now
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_recipe_arguments(parser)
    parser.add_argument("--data", required=True, help="folder of encoded corpora")
    parser.add_argument("--run", required=True, help="folder for the checkpoint")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--watch-every", type=int, default=250, help="steps between two points of the learning curves")
    parser.add_argument("--checkpoint-seconds", type=float, default=60, help="time between two checkpoints")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    train(chosen_recipe(arguments), arguments.data, arguments.run, arguments.watch_every, arguments.checkpoint_seconds)


if __name__ == "__main__":
    main()
