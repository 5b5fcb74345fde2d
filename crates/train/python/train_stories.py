"""Trains `stories`. Seeded; killed at any moment, it goes on from its last checkpoint.

python train_stories.py --data ENCODED --run FOLDER

The rate is constant until the cool-down, and a step's rows depend on nothing but the seed and its number: the
checkpoint from before the cool-down is kept, so that a recipe of more steps goes on from there and ends as if it had
begun anew.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from batches import Corpora
from bigram_start import fit
from othello_optimiser import optimisers
from recipe import BOS
from stories_loss import SoftCrossEntropy
from stories_model import Stories
from stories_recipe import add_recipe_arguments, chosen_recipe
from train_induction import progress, save_atomically
from trigram import Trigram
from watch import text_rows


class Run:
    """A model in training, with everything that a checkpoint must hold."""

    def __init__(self, recipe):
        torch.manual_seed(recipe.seed)
        self.recipe, self.model = recipe, Stories(recipe.shape)
        self.optimisers = optimisers(self.model, recipe)
        self.full_rates = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.optimisers]
        self.step, self.curves, self.seconds = 0, [], 0.0

    def save(self, path):
        state = {
            "recipe": self.recipe.describe(),
            "step": self.step,
            "seconds": self.seconds,
            "curves": self.curves,
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
        }
        save_atomically(state, path)

    def resume(self, folder):
        """Goes on from the newest checkpoint that this recipe would have come by."""
        for name in ("checkpoint.pt", "before-cool-down.pt"):
            if (folder / name).exists() and self.restore(torch.load(folder / name, weights_only=True)):
                return
        if (folder / "checkpoint.pt").exists():
            raise SystemExit(f"{folder} holds the run of another recipe: move it away to start anew")

    def restore(self, state):
        mine, other = self.recipe.describe(), dict(state["recipe"])
        same = json.dumps(mine) == json.dumps(other)
        other |= {name: mine[name] for name in ("steps", "cool_down_steps")}
        if not same:
            begins = [recipe["steps"] - recipe["cool_down_steps"] for recipe in (mine, state["recipe"])]
            if json.dumps(mine) != json.dumps(other) or state["step"] > min(begins):
                return False
        self.step, self.seconds, self.curves = state["step"], state["seconds"], state["curves"]
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        return True

    def start(self, table):
        """Embedding and unembedding are fitted to the bigrams; attention and MLP begin by writing nothing."""
        for block in self.model.blocks:
            torch.nn.init.zeros_(block.attn.W_O)
            torch.nn.init.zeros_(block.mlp.W_out)
        fitted = fit(self.model, table, self.recipe.bigram_steps, self.recipe.bigram_lr)
        print(f"bigrams: {fitted:.3f} nats", flush=True)

    def rate(self):
        """Share of the full rate."""
        warm = (self.step + 1) / self.recipe.warm_up_steps
        return min(1.0, warm, (self.recipe.steps - self.step) / self.recipe.cool_down_steps)

    def learn(self, inputs, targets, trigram):
        """One step; returns the loss against the tokens that came."""
        x, unembed = self.model.final(inputs), self.model.unembed
        share = self.recipe.trigram_share * self.rate()
        whole, loss = SoftCrossEntropy.apply(x, unembed.W_U, unembed.b_U, inputs, targets, trigram, share)
        whole.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser, rates in zip(self.optimisers, self.full_rates):
            for group, rate in zip(optimiser.param_groups, rates):
                group["lr"] = rate * self.rate()
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        return loss


def rows(recipe, corpora, step):
    """Inputs and targets `[row, n_ctx]` of one step, each row opened by BOS."""
    rng, n_ctx = random.Random(f"{recipe.seed} {step}"), recipe.shape.n_ctx
    names = rng.choices(list(recipe.corpora), recipe.corpora.values(), k=recipe.rows_per_step)
    starts = [(name, rng.randrange(len(corpora.ids[name]) - n_ctx)) for name in names]
    targets = torch.tensor([corpora.ids[name][start : start + n_ctx].tolist() for name, start in starts])
    return torch.cat([torch.full((len(targets), 1), BOS), targets[:, :-1]], 1), targets


def bigram_table(recipe, corpora):
    """How often each pair of tokens comes, as a share of all pairs, with the corpora weighted as in training."""
    d_vocab = recipe.shape.d_vocab
    table = torch.zeros(d_vocab * d_vocab)
    for name, share in recipe.corpora.items():
        ids = torch.from_numpy(corpora.ids[name].astype("int64"))
        counts = torch.bincount(ids[:-1] * d_vocab + ids[1:], minlength=d_vocab * d_vocab)
        table += counts * (share / sum(recipe.corpora.values()) / counts.sum())
    return table.view(d_vocab, d_vocab)


class Watch:
    """Held-out loss on the same few rows of every corpus."""

    def __init__(self, recipe, corpora):
        length = recipe.shape.n_ctx
        self.text = {name: text_rows(corpora.ids[name][: 16 * length], length) for name in recipe.corpora}

    @torch.no_grad()
    def look(self, model):
        return {
            name: round(F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()).item(), 4)
            for name, (inputs, targets) in self.text.items()
        }


def train(recipe, data, folder, watch_every, checkpoint_seconds):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(recipe)
    run.resume(folder)
    corpora = Corpora(data, "train")
    missing = [name for name in recipe.corpora if name not in corpora.ids]
    if missing:
        raise SystemExit(f"{data} holds no {', '.join(missing)}, which the recipe names")
    watch = Watch(recipe, Corpora(data, "val"))
    trigram = Trigram([corpora.ids[name] for name in recipe.corpora], recipe.shape.d_vocab)
    if run.step:
        print(f"going on from step {run.step}")
    started = last_save = time.monotonic()
    before, first, shown = run.seconds, run.step, 0.0
    while run.step < recipe.steps:
        if run.step == 0:
            run.start(bigram_table(recipe, corpora))
        if run.step == recipe.steps - recipe.cool_down_steps:
            run.save(folder / "before-cool-down.pt")
        loss = run.learn(*rows(recipe, corpora, run.step), trigram)
        now = time.monotonic()
        run.seconds = before + now - started
        if run.step % watch_every == 0 or run.step == recipe.steps:
            point = {"step": run.step, "seconds": round(run.seconds), "train_loss": round(loss, 4)}
            run.curves.append(point | {"val_loss": watch.look(run.model)})
            print("\r" + json.dumps(run.curves[-1]), flush=True)
        if sys.stdout.isatty() and (now - shown > 0.5 or run.step == recipe.steps):
            progress(run, started, first, loss)
            shown = now
        if now - last_save > checkpoint_seconds or run.step == recipe.steps:
            run.save(folder / "checkpoint.pt")
            last_save = now
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_recipe_arguments(parser)
    parser.add_argument("--data", required=True, help="folder of encoded corpora")
    parser.add_argument("--run", required=True, help="folder for the checkpoints")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--watch-every", type=int, default=100, help="steps between two points of the learning curves")
    parser.add_argument("--checkpoint-seconds", type=float, default=60, help="time between two checkpoints")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    train(chosen_recipe(arguments), arguments.data, arguments.run, arguments.watch_every, arguments.checkpoint_seconds)


if __name__ == "__main__":
    main()
