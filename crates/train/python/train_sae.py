"""Trains one sparse autoencoder. Seeded; killed at any moment, it goes on from its last checkpoint.

python train_sae.py --sae stories-sae-x4 --model www/models/stories --data ENCODED --run FOLDER --out www/models/stories-sae-x4
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch

from export import write_atomically
from sae_model import PARAMETERS, Dictionary, random_directions
from sae_recipe import add_recipe_arguments, chosen_recipe
from sae_sources import Text
from train_induction import progress, save_atomically

START_STEPS = 8  # whose activations the start is drawn from
WATCHED_STEPS = 100  # without firing: counted as silent in the curve
BETAS, EPS = (0.9, 0.999), 1e-8


class Run:
    """An autoencoder in training. It sees activations divided by their spread, so that a rate fits every model."""

    def __init__(self, recipe, source):
        self.recipe, self.step, self.seconds, self.curves = recipe, 0, 0.0, []
        self.weights = source.weights
        # Rows that no step reads.
        x = torch.cat([source.activations(recipe.steps + step) for step in range(START_STEPS)])
        self.scale = (x - x.mean(0)).pow(2).mean().sqrt().item()
        x = x / self.scale
        d_sae = recipe.expansion * x.shape[1]
        if recipe.decoder == "random":
            self.dictionary = Dictionary.along(random_directions(d_sae, x.shape[1], recipe.seed), x, recipe.k)
        else:
            self.dictionary = Dictionary.start(x, d_sae, recipe.k, recipe.seed)
        self.moments = {name: torch.zeros(2, *getattr(self.dictionary, name).shape) for name in PARAMETERS}
        self.last_fired = torch.zeros(d_sae, dtype=torch.int64)  # step
        self.last_replaced = 0

    def rate(self):
        """Share of the full rate."""
        warm = (self.step + 1) / self.recipe.warm_up_steps
        cool = (self.recipe.steps - self.step) / (self.recipe.steps * self.recipe.cool_down)
        return min(1.0, warm, cool)

    def learn(self, x):
        """One step; returns the unexplained share of the variance in the batch."""
        x = x / self.scale
        if self.step in [round(share * self.recipe.steps) for share in self.recipe.replace_at]:
            self.replace_silent(x)
        trained = self.recipe.decoder == "trained"
        silent = self.silent() if trained and self.recipe.silent_after else ()
        gradients, loss, active = self.dictionary.gradients(x, self.recipe.k, trained, silent)
        self.last_fired[active] = self.step
        for name, gradient in gradients.items():
            self.adam(name, gradient)
        if trained:
            self.dictionary.W_dec /= self.dictionary.W_dec.norm(dim=-1, keepdim=True)
        self.step += 1
        return loss / (x - x.mean(0)).pow(2).sum(-1).mean().item()

    def adam(self, name, gradient):
        first, second = self.moments[name]
        first.lerp_(gradient, 1 - BETAS[0])
        second.lerp_(gradient * gradient, 1 - BETAS[1])
        corrections = [1 - beta ** (self.step + 1) for beta in BETAS]
        size = self.recipe.lr * self.rate() / corrections[0]
        getattr(self.dictionary, name).addcdiv_(first, (second / corrections[1]).sqrt_().add_(EPS), value=-size)

    def silent_since(self, step):
        return (self.last_fired < step).nonzero()[:, 0]

    def silent(self):
        """Features that have not fired for a while."""
        return self.silent_since(self.step - (self.recipe.silent_after or WATCHED_STEPS))

    def replace_silent(self, x):
        silent = self.silent_since(self.last_replaced)
        self.last_replaced = self.step
        if self.recipe.decoder == "trained" and len(silent):
            error = (x - self.dictionary.decode(self.dictionary.encode(x))).pow(2).sum(-1)
            # Drawn in proportion to the squared loss, as in "Towards Monosemanticity".
            draw = torch.Generator().manual_seed(self.recipe.seed + self.step)
            chosen = torch.multinomial(error.pow(2), len(silent), replacement=len(silent) > len(x), generator=draw)
            self.dictionary.replace(silent, x[chosen])
            self.moments["W_enc"][:, :, silent] = 0
            self.moments["W_dec"][:, silent] = 0
            self.moments["b_enc"][:, silent] = 0
            self.last_fired[silent] = self.step
        self.curves.append({"step": self.step, "replaced": len(silent)})

    def finished(self):
        """The dictionary for activations as the model has them: decoder rows of length 1, all else in their units."""
        mine, scale = self.dictionary, self.scale
        return Dictionary(mine.W_enc, mine.b_enc * scale, mine.W_dec, mine.b_dec * scale, mine.threshold * scale)

    KEPT = ("step", "seconds", "curves", "scale", "moments", "last_fired", "last_replaced")

    def save(self, path):
        state = {name: getattr(self, name) for name in self.KEPT} | {"recipe": json.dumps(self.recipe.describe())}
        state["weights"] = self.weights
        save_atomically(state | {"dictionary": vars(self.dictionary)}, path)

    def resume(self, path):
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if state["recipe"] != json.dumps(self.recipe.describe()):
            raise SystemExit(f"{path} was made by another recipe: move it away to start anew")
        if state["weights"] != self.weights:
            print("the model has changed since the last checkpoint: starting anew")
            return
        for name in self.KEPT:
            setattr(self, name, state[name])
        self.dictionary = Dictionary(**state["dictionary"])


@torch.no_grad()
def train(recipe, source, folder, watch_every, checkpoint_seconds):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "checkpoint.pt"
    run = Run(recipe, source)
    run.resume(path)
    started = last_save = time.monotonic()
    before, first, shown, unexplained = run.seconds, run.step, 0.0, []
    while run.step < recipe.steps:
        unexplained.append(run.learn(source.activations(run.step)))
        now = time.monotonic()
        run.seconds = before + now - started
        if run.step % watch_every == 0 or run.step == recipe.steps:
            point = {"step": run.step, "seconds": round(run.seconds), "silent": len(run.silent())}
            point["unexplained"] = round(sum(unexplained) / len(unexplained), 4)
            run.curves.append(point)
            print("\r" + json.dumps(point), flush=True)
            unexplained = []
        if sys.stdout.isatty() and (now - shown > 0.5 or run.step == recipe.steps):
            progress(run, started, first, unexplained[-1] if unexplained else point["unexplained"])
            shown = now
        if now - last_save > checkpoint_seconds or run.step == recipe.steps:
            run.save(path)
            last_save = now
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_recipe_arguments(parser)
    parser.add_argument("--model", required=True, help="model folder")
    parser.add_argument("--data", required=True, help="folder of encoded corpora")
    parser.add_argument("--twin", help="safetensors file of the model's untrained twin, to read instead")
    parser.add_argument("--run", required=True, help="folder for the checkpoint")
    parser.add_argument("--out", required=True, help="SAE folder to write")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--watch-every", type=int, default=100, help="steps between two points of the learning curve")
    parser.add_argument("--checkpoint-seconds", type=float, default=60, help="time between two checkpoints")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    recipe = chosen_recipe(arguments)
    source = Text(recipe, arguments.model, arguments.data, arguments.twin)
    run = train(recipe, source, arguments.run, arguments.watch_every, arguments.checkpoint_seconds)
    model_name = Path(arguments.model).resolve().name + (", untrained" if arguments.twin else "")
    write(run, source, arguments.out, model_name)


@torch.no_grad()
def rounding(run, source, folder):
    """What the weights on disk, in f16, cost against those in training: both on rows that no step read."""
    x = torch.cat([source.activations(run.recipe.steps + step) for step in range(START_STEPS)])
    measured = {"tokens": len(x)}
    for name, dictionary in (("f32", run.finished()), ("f16", Dictionary.load(folder))):
        features = dictionary.encode(x)
        unexplained = (x - dictionary.decode(features)).pow(2).sum() / (x - x.mean(0)).pow(2).sum()
        measured[name] = {"l0": (features > 0).sum().item() / len(x), "explainedVariance": 1 - unexplained.item()}
    return measured


def write(run, source, folder, model_name):
    """The folder that SAELens reads, the learning curve, and what rounding costs."""
    run.finished().save(folder, run.recipe.hook, model_name, run.recipe.k)
    points = ",\n  ".join(json.dumps(point) for point in run.curves)
    recipe, cost = json.dumps(run.recipe.describe()), json.dumps(rounding(run, source, folder))
    curves = f'{{"recipe": {recipe},\n "rounding": {cost},\n "points": [\n  {points}\n]}}\n'
    write_atomically(Path(folder) / "curves.json", lambda path: path.write_text(curves))


if __name__ == "__main__":
    main()
