"""A dictionary of Othello-GPT's residual stream, and how many squares' states some single feature of it tells.

python othello_sae.py --games BINARY --model www/models/othello --twin FILE --run FOLDER --out www/models/othello-sae

Trains the dictionary, one with a random decoder and one of the untrained twin, and measures all on fresh games.
"""

import argparse
import json
from pathlib import Path

import torch

from export import write_atomically
from othello_boards import boards_of
from othello_games import Games, batch_of
from othello_states import detected, states_one_hot
from sae_evaluate import Measured, Statistics, Variance, l0_of, through
from sae_model import Dictionary
from sae_recipe import RECIPES, changed
from sae_sources import Boards
from train_sae import train, write

# Never trained on: the games of other seeds.
FIT_SEED, TEST_SEED, GAMES = 6_000_023, 6_000_029, 400
RANDOM, UNTRAINED = "othello-sae-random", "othello-sae-untrained"


class Positions:
    """Fresh games: boards as the model sees them, and what it should say."""

    def __init__(self, binary, seed, count):
        source = Games(binary, seed)
        records = source.read(count)
        source.close()
        self.batch, self.there = batch_of(records), batch_of(records).legal.sum(-1) > 0
        self.states = states_one_hot(boards_of(records).states[:, :, 0][self.there])

    def residuals(self, model, layer):
        """What the hook sees at every position `[game, pos, d_model]`, and the neurons of the block's MLP."""
        stream = model.residuals(self.batch.ids)
        block = model.blocks[layer]
        middle = stream[layer] + block.attn(block.ln1(stream[layer]))
        neurons = torch.nn.functional.gelu(block.ln2(middle) @ block.mlp.W_in + block.mlp.b_in)
        return stream[layer + 1], neurons[self.there]

    def loss(self, model, layer, resid):
        """Cross-entropy at every position when the residual stream after block `layer` is `resid`."""
        for block in model.blocks[layer + 1 :]:
            resid = block(resid)
        logits = model.ln_final(resid) @ model.unembed.W_U + model.unembed.b_U
        target, _ = self.batch.target()
        return -(logits.log_softmax(-1) * target).sum(-1)[self.there]


@torch.no_grad()
def metrics(source, dictionaries, test):
    """L0, explained variance, recovered loss and dead features of every way to reconstruct the stream."""
    model, layer = source.model, source.layer
    resid, _ = test.residuals(model, layer)
    x, statistics = resid[test.there], Statistics(source)
    k = l0_of(dictionaries["sae"], source)
    ways = {name: through(dictionary) for name, dictionary in dictionaries.items()} | {
        "pca": lambda x: (statistics.principal(x, k), None),
        "neurons": lambda x: (statistics.neurons(x, k), None),
        "clean": lambda x: (x, None),
        "meanAblation": lambda x: (statistics.mean.expand_as(x), None),
        "zeroAblation": lambda x: (torch.zeros_like(x), None),
    }
    variance, sums = Variance(), {}
    variance.add(x)
    for name, way in ways.items():
        reconstruction, features = way(x)
        spliced = resid.clone()
        spliced[test.there] = reconstruction
        sums[name] = Measured(None if features is None else features.shape[1])
        sums[name].add(x, reconstruction, test.loss(model, layer, spliced), features)
    losses = {name: sums[name].loss / len(x) for name in ("clean", "meanAblation", "zeroAblation")}
    numbers = {name: sums[name].numbers(variance.total(), losses) for name in dictionaries}
    numbers |= {name: sums[name].numbers(variance.total(), losses, k) for name in ("pca", "neurons")}
    return k, losses, numbers, sums["sae"].densities()


@torch.no_grad()
def board(source, twin_source, dictionaries, untrained, k, fit, test):
    """How many states some single unit tells, for every kind of unit."""
    statistics = Statistics(source)

    def units(positions):
        resid, neurons = positions.residuals(source.model, source.layer)
        twin, _ = positions.residuals(twin_source.model, source.layer)
        x, principal = resid[positions.there], statistics.directions[:, :k]
        return {
            "sae": dictionaries["sae"].encode(x),
            "mlpNeurons": both_signs(neurons),
            "residualBasis": both_signs(x),
            "pca": both_signs((x - statistics.mean) @ principal),
            "random": dictionaries["random"].encode(x),
            "untrained": untrained.encode(twin[positions.there]),
        }

    of_fit, of_test = units(fit), units(test)
    return {name: detected(of_fit[name], fit.states, of_test[name], test.states) for name in of_fit}


def both_signs(units):
    return torch.cat([units, -units], -1)


@torch.no_grad()
def of_untrained(twin_source, untrained, test):
    resid, _ = test.residuals(twin_source.model, twin_source.layer)
    x, variance = resid[test.there], Variance()
    variance.add(x)
    features = untrained.encode(x)
    measured = Measured(features.shape[1])
    measured.add(x, untrained.decode(features), None, features)
    return measured.numbers(variance.total())


def evaluate(sources, dictionaries, games):
    fit, test = Positions(games, FIT_SEED, GAMES), Positions(games, TEST_SEED, GAMES)
    untrained = dictionaries.pop("untrained")
    k, losses, numbers, densities = metrics(sources["sae"], dictionaries, test)
    numbers["untrained"] = of_untrained(sources["untrained"], untrained, test)
    sae = dictionaries["sae"]
    what = {
        "pca": f"the {k} strongest principal components of the activations, all of them at every position",
        "neurons": f"the {k} coordinates furthest from their mean at each position, the others at their mean",
        "random": "a dictionary of as many random directions, with a trained encoder",
        "untrained": "a dictionary of the same size, trained on the same network before its training",
    }
    return {
        "format_version": 1,
        "hook": sources["sae"].hook,
        "d_in": sae.W_enc.shape[0],
        "d_sae": sae.W_enc.shape[1],
        "architecture": "jumprelu",
        "tokens": int(test.there.sum()),
        "of": f"{GAMES} fresh random games",
        "loss": losses,
        "metrics": numbers["sae"] | densities,
        "control": {name: numbers[name] | {"what": sentence} for name, sentence in what.items()},
        "board": board(sources["sae"], sources["untrained"], dictionaries, untrained, k, fit, test),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", required=True, help="the glasshouse-train binary, which makes the games")
    parser.add_argument("--model", required=True, help="folder of Othello-GPT")
    parser.add_argument("--twin", required=True, help="safetensors file of its untrained twin")
    parser.add_argument("--run", required=True, help="folder for the checkpoints")
    parser.add_argument("--out", required=True, help="SAE folder to write")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=JSON", help="change the recipe")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    sources, dictionaries = {}, {}
    for name, of in (("sae", "othello-sae"), ("random", RANDOM), ("untrained", UNTRAINED)):
        recipe = changed(RECIPES[of], given.set)
        twin = given.twin if name == "untrained" else None
        source = sources[name] = Boards(recipe, given.model, given.games, twin)
        run = train(recipe, source, Path(given.run) / name, 100, 60)
        if name == "sae":
            write(run, source, given.out, Path(given.model).resolve().name)
        source.close()
        dictionaries[name] = Dictionary.load(given.out) if name == "sae" else run.finished()
    result = evaluate(sources, dictionaries, given.games)
    for source in sources.values():
        source.close()
    written = json.dumps(result, indent=1) + "\n"
    write_atomically(Path(given.out) / "evaluation.json", lambda path: path.write_text(written))


if __name__ == "__main__":
    main()
