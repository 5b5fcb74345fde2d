"""Measures the dictionaries of `stories` on held-out text, with their controls, into `evaluation.json` of each folder.

python sae_evaluate.py --model www/models/stories --data ENCODED --sae FOLDER --random FOLDER --untrained FOLDER --twin FILE

All tokens of the held-out parts of the corpora that the model learnt from, in rows of n_ctx. What stands at BOS and
between documents is left out, as in training.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F

from batches import Corpora
from export import write_atomically
from recipe import BOS
from sae_model import Dictionary
from sae_recipe import SaeRecipe
from sae_sources import Text
from stories_export import become, load_stories
from watch import text_rows

HOOK = "blocks.0.mlp.hook_post"
MEAN_STEPS = 48  # of training text, for mean activations and principal components
ALWAYS_ON = 0.5  # of the tokens: more is "nearly always on"
LOG10_EDGES = [-6 + 0.5 * i for i in range(13)]


class HeldOut:
    """Inputs and targets `[row, n_ctx]` of every corpus, one behind the other."""

    def __init__(self, data, names, n_ctx):
        val = Corpora(data, "val").ids
        pairs = [text_rows(val[name], n_ctx) for name in names]
        self.inputs, self.targets = (torch.cat(of) for of in zip(*pairs))
        self.names = names

    def batches(self, size=16):
        return zip(self.inputs.split(size), self.targets.split(size))

    def described(self):
        return f"held-out parts of {', '.join(self.names)}"


class Measured:
    """Sums over tokens of one way to reconstruct activations."""

    def __init__(self, d_features=None):
        self.tokens, self.error, self.loss, self.active = 0, 0.0, 0.0, 0.0
        self.fired = None if d_features is None else torch.zeros(d_features, dtype=torch.int64)

    def add(self, x, reconstruction, losses, features=None):
        self.tokens += len(x)
        self.error += (x - reconstruction).pow(2).sum().item()
        self.loss += losses.sum().item() if losses is not None else 0.0
        if features is not None:
            firing = features > 0
            self.active += firing.sum().item()
            self.fired += firing.sum(0)

    def numbers(self, variance, losses=None, l0=None):
        """`variance` is Σ‖x − mean‖²; `losses` the clean loss and those with mean and with zero for activations; `l0`
        what is kept at every token where nothing fires."""
        numbers = {
            "l0": self.active / self.tokens if l0 is None else l0,
            "explainedVariance": 1 - self.error / variance,
        }
        if losses is None:
            numbers |= {"loss": None, "lossRecoveredMean": None, "lossRecoveredZero": None}
        else:
            loss = self.loss / self.tokens
            numbers["loss"] = loss
            for name in ("Mean", "Zero"):
                ablated = losses[f"{name.lower()}Ablation"]
                numbers[f"lossRecovered{name}"] = (ablated - loss) / (ablated - losses["clean"])
        density = None if self.fired is None else self.fired / self.tokens
        numbers["dead"] = None if density is None else (density == 0).float().mean().item()
        return numbers

    def densities(self):
        """Share of features that are nearly always on, and how many there are of each density."""
        density = self.fired / self.tokens
        logs = density[density > 0].log10().clamp(min=LOG10_EDGES[0])
        counts = torch.histogram(logs.float(), torch.tensor(LOG10_EDGES)).hist.int().tolist()
        histogram = {"log10Edges": LOG10_EDGES, "counts": counts}
        return {"nearAlwaysOn": (density > ALWAYS_ON).float().mean().item(), "densityHistogram": histogram}


class Statistics:
    """Mean and principal directions of activations on training text."""

    def __init__(self, source):
        x = torch.cat([source.activations(step) for step in range(MEAN_STEPS)])
        self.mean = x.mean(0)
        centred = (x - self.mean).double()
        self.directions = torch.linalg.eigh(centred.T @ centred).eigenvectors.flip(-1).float()  # strongest first

    def principal(self, x, k):
        p = self.directions[:, :k]
        return self.mean + (x - self.mean) @ p @ p.T

    def neurons(self, x, k):
        """The `k` neurons furthest from their mean as they are, the others at their mean."""
        away = x - self.mean
        far = away.abs().topk(min(k, x.shape[-1]), dim=-1).indices
        return self.mean + torch.zeros_like(x).scatter(-1, far, away.gather(-1, far))


@torch.no_grad()
def reconstructed(model, held_out, ways):
    """Every token once. `ways` maps names to functions of `x` that give `(reconstruction, features or None)`;
    yields a batch's `x` and, by name, reconstruction, features and losses; `clean`, `meanAblation` … are ways too."""
    for inputs, targets in held_out.batches():
        mid = model.before_mlp(inputs)
        there = inputs != BOS
        x, mid, wanted = model.hook_post(mid)[there], mid[there], targets[there]
        seen = {}
        for name, way in ways.items():
            reconstruction, features = way(x)
            losses = F.cross_entropy(model.after_mlp(mid, reconstruction), wanted, reduction="none")
            seen[name] = (reconstruction, features, losses)
        yield x, seen


def through(dictionary):
    def way(x):
        features = dictionary.encode(x)
        return dictionary.decode(features), features

    return way


def l0_of(dictionary, source):
    x = source.activations(MEAN_STEPS)
    return max(1, round((dictionary.encode(x) > 0).sum().item() / len(x)))


def evaluate(given):
    """What evaluation.json holds. The dictionary of the untrained twin is measured on the twin."""
    of_twin = Path(given.sae).resolve() == Path(given.untrained).resolve()
    model, twin = load_stories(given.model), become(load_stories(given.model), given.twin)
    names = list(json.loads((Path(given.model) / "curves.json").read_text())["recipe"]["corpora"])
    held_out = HeldOut(given.data, names, model.shape.n_ctx)
    source = Text(SaeRecipe(expansion=1), given.model, given.data, given.twin if of_twin else None)
    statistics, sae = Statistics(source), Dictionary.load(given.sae)
    k = l0_of(sae, source)
    dictionaries = {"sae": sae} if of_twin else {"sae": sae, "random": Dictionary.load(given.random)}
    ways = {name: through(dictionary) for name, dictionary in dictionaries.items()} | {
        "pca": lambda x: (statistics.principal(x, k), None),
        "neurons": lambda x: (statistics.neurons(x, k), None),
        "clean": lambda x: (x, None),
        "meanAblation": lambda x: (statistics.mean.expand_as(x), None),
        "zeroAblation": lambda x: (torch.zeros_like(x), None),
    }
    sums, variance = measure(twin if of_twin else model, held_out, ways)
    tokens = sums["clean"].tokens
    losses = {name: sums[name].loss / tokens for name in ("clean", "meanAblation", "zeroAblation")}
    # An untrained MLP has no loss to recover.
    wanted = None if of_twin else losses
    numbers = {name: sums[name].numbers(variance, wanted) for name in dictionaries}
    numbers |= {name: sums[name].numbers(variance, wanted, k) for name in ("pca", "neurons")}
    if not of_twin:
        untrained, of_it = measure(twin, held_out, {"sae": through(Dictionary.load(given.untrained))})
        numbers["untrained"] = untrained["sae"].numbers(of_it)
    return {
        "format_version": 1,
        "hook": HOOK,
        "d_in": sae.W_enc.shape[0],
        "d_sae": sae.W_enc.shape[1],
        "architecture": "jumprelu",
        "tokens": tokens,
        "of": held_out.described(),
        "loss": losses,
        "metrics": numbers["sae"] | sums["sae"].densities(),
        "control": {name: numbers[name] | {"what": WHAT[name].format(k=k)} for name in WHAT if name in numbers},
    }


WHAT = {
    "pca": "the {k} strongest principal components of the activations, all of them at every token",
    "neurons": "the {k} neurons furthest from their mean at each token, the others at their mean",
    "random": "a dictionary of random directions, four times as many as neurons, with a trained encoder",
    "untrained": "a dictionary of four times as many features as neurons, trained on the same network before its training",
}


def measure(model, held_out, ways):
    """`Measured` by name, and Σ‖x − mean‖²."""
    sums, variance = {}, Variance()
    for x, seen in reconstructed(model, held_out, ways):
        variance.add(x)
        for name, (reconstruction, features, losses) in seen.items():
            size = None if features is None else features.shape[1]
            sums.setdefault(name, Measured(size)).add(x, reconstruction, losses, features)
    return sums, variance.total()


class Variance:
    """Σ‖x − mean‖², with the mean of the very tokens that are measured."""

    def __init__(self):
        self.n, self.sum, self.squares = 0, 0.0, 0.0

    def add(self, x):
        self.n += len(x)
        self.sum = self.sum + x.double().sum(0)
        self.squares += x.double().pow(2).sum().item()

    def total(self):
        return self.squares - (self.sum.pow(2).sum() / self.n).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="model folder")
    parser.add_argument("--data", required=True, help="folder of encoded corpora")
    parser.add_argument("--sae", required=True, help="SAE folder, which evaluation.json is written into")
    parser.add_argument("--random", required=True, help="SAE folder of the random dictionary")
    parser.add_argument("--untrained", required=True, help="SAE folder of the dictionary of the untrained twin")
    parser.add_argument("--twin", required=True, help="safetensors file of the untrained twin")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    written = json.dumps(evaluate(given), indent=1) + "\n"
    write_atomically(Path(given.sae) / "evaluation.json", lambda path: path.write_text(written))


if __name__ == "__main__":
    main()
