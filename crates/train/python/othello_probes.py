"""Fits the linear probes of Othello-GPT, with their controls, into a folder beside the model.

    python othello_probes.py --games BINARY --model www/models/othello --out www/models/othello-probes

A probe is a softmax over a square's three states, read from the raw residual stream by one matrix. It is fitted on
games made on the fly and tested on games of another seed, all plies, all squares.
"""

import argparse
import json
import zlib
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from export import write_atomically
from othello_boards import FRAMES, Accuracy, WithoutNetwork, boards_of
from othello_export import load_othello, untrained_twin
from othello_games import N_SQUARES, Games

TRAIN_SEED, TEST_SEED, UNTRAINED_SEED = 4_000_037, 5_000_011, 0
GAMES_PER_STEP, WHITENING_GAMES, HIDDEN = 16, 128, 256
RATE, TWO_LAYER_RATE = 0.02, 0.02
OUTPUTS = 3 * len(FRAMES) * N_SQUARES  # state, frame, square: the softmax runs over the outermost


@torch.no_grad()
def activations(models, boards):
    """The residual streams of all models and layers, `[source, row, d_model]`."""
    streams = [stream[boards.there] for model in models for stream in model.residuals(boards.ids)]
    return torch.stack(streams)


class Whitening:
    """Makes the inputs of every probe uncorrelated and of one size, so that one rate suits all directions."""

    def __init__(self, x):
        self.mean = x.mean(1, keepdim=True)
        centred = (x - self.mean).double()
        values, vectors = torch.linalg.eigh(centred.mT @ centred / x.shape[1])
        floor = 1e-4 * values.amax(-1, keepdim=True)
        self.matrix = (vectors * (values + floor).rsqrt()[:, None]).float()  # [source, d_model, d_model]

    def __call__(self, x):
        return torch.baddbmm(-self.mean @ self.matrix, x, self.matrix)

    def raw(self, weight, bias):
        """A probe of whitened inputs as a probe of raw ones."""
        raw = self.matrix @ weight
        return raw, bias - self.mean @ raw


class Linear:
    """One linear probe per source, all at once."""

    def __init__(self, n_sources, d_model):
        self.weight = torch.zeros(n_sources, d_model, OUTPUTS, requires_grad=True)
        self.bias = torch.zeros(n_sources, 1, OUTPUTS, requires_grad=True)
        self.parameters, self.rate = [self.weight, self.bias], RATE

    def __call__(self, x):
        return torch.baddbmm(self.bias, x, self.weight)


class TwoLayer:
    """As `Linear` with a hidden layer: what can be computed from the activation, rather than read off."""

    def __init__(self, n_sources, d_model):
        generator = torch.Generator().manual_seed(1)
        self.first = torch.randn(n_sources, d_model, HIDDEN, generator=generator) / d_model**0.5
        self.first_bias = torch.zeros(n_sources, 1, HIDDEN)
        self.second = torch.zeros(n_sources, HIDDEN, OUTPUTS)
        self.second_bias = torch.zeros(n_sources, 1, OUTPUTS)
        self.parameters, self.rate = [self.first, self.first_bias, self.second, self.second_bias], TWO_LAYER_RATE
        for parameter in self.parameters:
            parameter.requires_grad_()

    def __call__(self, x):
        return torch.baddbmm(self.second_bias, F.gelu(torch.baddbmm(self.first_bias, x, self.first)), self.second)


def by_state(logits):
    """`[source, row, 384]` as `[source, row, state, frame · square]`."""
    return logits.view(*logits.shape[:2], 3, -1)


def shuffled(boards):
    """The same positions with the board of another game at the same ply."""
    return boards._replace(states=boards.states.roll(1, 0))


class Fit:
    """Probes of one kind, on the first `n_sources` sources, true labels or shuffled ones."""

    def __init__(self, kind, n_sources, d_model, wrong_labels=False):
        self.probe, self.n_sources, self.wrong_labels = kind(n_sources, d_model), n_sources, wrong_labels
        self.adam = torch.optim.Adam(self.probe.parameters, lr=self.probe.rate, betas=(0.9, 0.98), fused=True)

    def states(self, boards):
        return (shuffled(boards) if self.wrong_labels else boards).rows("states").long().flatten(1)

    def learn(self, x, boards, rate):
        target = F.one_hot(self.states(boards), 3).mT.float()
        log_probs = by_state(self.probe(x[: self.n_sources])).log_softmax(2)
        loss = -(log_probs * target).sum() / target.shape[0]
        self.adam.zero_grad()
        loss.backward()
        for group in self.adam.param_groups:
            group["lr"] = self.probe.rate * rate
        self.adam.step()

    @torch.no_grad()
    def test(self, x, boards, counts):
        states = self.states(boards).view(-1, len(FRAMES), N_SQUARES)
        guesses = by_state(self.probe(x[: self.n_sources])).argmax(2).view(-1, *states.shape)
        for source, of_source in enumerate(guesses):
            for i in range(len(FRAMES)):
                counts.setdefault((source, i), Accuracy()).add(of_source[:, i], states[:, i])


def fit(models, games, n_train, n_test):
    """All probes and controls: `(whitening, fits, without_network, accuracies by name, controls)`."""
    source = Games(games, TRAIN_SEED)
    x = activations(models, boards_of(source.read(WHITENING_GAMES)))
    whiten, (n_sources, _, d_model) = Whitening(x), x.shape
    own = n_sources // len(models)
    fits = {
        "probe": Fit(Linear, n_sources, d_model),
        "shuffled": Fit(Linear, own, d_model, wrong_labels=True),
        "two_layer": Fit(TwoLayer, own, d_model),
    }
    without_network, steps = WithoutNetwork(), n_train // GAMES_PER_STEP
    for step in range(steps):
        boards = boards_of(source.read(GAMES_PER_STEP))
        x = whiten(activations(models, boards))
        for each in fits.values():
            each.learn(x, boards, rate=1 - step / steps)
        without_network.add(boards)
        if step % 50 == 0:
            print(f"probes: step {step} of {steps}", flush=True)
    source.close()
    source, counts, parts = Games(games, TEST_SEED), {name: {} for name in fits}, []
    for start in range(0, n_test, GAMES_PER_STEP):
        boards = boards_of(source.read(min(GAMES_PER_STEP, n_test - start)))
        x = whiten(activations(models, boards))
        for name, each in fits.items():
            each.test(x, boards, counts[name])
        parts.append(boards)
    source.close()
    everything = type(parts[0])(*map(torch.cat, zip(*parts)))
    measured = {name: {at: count.numbers() for at, count in of.items()} for name, of in counts.items()}
    return whiten, fits["probe"].probe, without_network, measured, without_network.controls(everything)


def tensors(whiten, probe, without_network, n_layers):
    """What the folder's `model.safetensors` holds."""
    weight, bias = (value.detach() for value in whiten.raw(probe.weight, probe.bias))
    shape = (3, len(FRAMES), N_SQUARES)
    # A constant over the three states changes no probability: the mean is taken out.
    weight = weight.view(*weight.shape[:2], *shape)
    bias = bias.view(-1, *shape)
    weight, bias = weight - weight.mean(2, keepdim=True), bias - bias.mean(1, keepdim=True)
    ridge, shares = without_network.ridge(), without_network.shares()
    named = {}
    for i, frame in enumerate(name.replace("-", "_") for name in FRAMES):
        for at in range(len(weight)):
            source, layer = ("probe", at) if at <= n_layers else ("untrained", at - n_layers - 1)
            named[f"{source}.{frame}.{layer}.weight"] = weight[at, :, :, i].permute(0, 2, 1)
            named[f"{source}.{frame}.{layer}.bias"] = bias[at, :, i].T
        named[f"bag_of_moves.{frame}.weight"] = ridge[:, i]
        named[f"bag_of_moves.{frame}.bias"] = torch.zeros(N_SQUARES, 3)
        named[f"majority.{frame}"] = shares[:, i]
    return {name: value.half().contiguous() for name, value in named.items()}


def config(model_folder, shape):
    """The probes' `config.json`; the checksum ties them to these weights."""
    hooks = ["blocks.0.hook_resid_pre"] + [f"blocks.{layer}.hook_resid_post" for layer in range(shape.n_layers)]
    return {
        "format_version": 1,
        "kind": "board-probes",
        "model": json.loads((model_folder / "config.json").read_text())["model_name"],
        "model_crc32": f"{zlib.crc32((model_folder / 'model.safetensors').read_bytes()):08x}",
        "d_model": shape.d_model,
        "n_layers": shape.n_layers,
        "board": 8,
        "frames": list(FRAMES),
        "hooks": hooks,
        "untrained_seed": UNTRAINED_SEED,
    }


def accuracy_table(measured, controls, n_layers, n_train, n_test):
    """`accuracy.json`: shares of squares right on held-out games."""
    layers = []
    for i, frame in enumerate(FRAMES):
        for layer in range(n_layers + 1):
            row = {"layer": layer, "frame": frame, "probe": measured["probe"][layer, i]}
            row["untrained"] = measured["probe"][n_layers + 1 + layer, i]
            row |= {name: measured[name][layer, i] for name in ("shuffled", "two_layer")}
            layers.append(row)
    told = {"format_version": 1, "games_fitted": n_train, "games_held_out": n_test}
    return told | {"seed": TRAIN_SEED, "seed_held_out": TEST_SEED, "layers": layers, "controls": controls}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", required=True, help="the glasshouse-train binary, which makes the games")
    parser.add_argument("--model", required=True, type=Path, help="model folder")
    parser.add_argument("--out", required=True, type=Path, help="folder to write")
    parser.add_argument("--train-games", type=int, default=12_000)
    parser.add_argument("--test-games", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = load_othello(arguments.model)
    models = [model, untrained_twin(arguments.games, arguments.model, UNTRAINED_SEED)]
    n_layers, n_train, n_test = model.shape.n_layers, arguments.train_games, arguments.test_games
    whiten, probe, without_network, measured, controls = fit(models, arguments.games, n_train, n_test)
    arguments.out.mkdir(parents=True, exist_ok=True)
    weights = tensors(whiten, probe, without_network, n_layers)
    described = config(arguments.model, model.shape)
    table = accuracy_table(measured, controls, n_layers, n_train, n_test)
    (arguments.out / "interventions.json").unlink(missing_ok=True)  # it speaks of the probes before these
    write_atomically(arguments.out / "model.safetensors", lambda path: save_file(weights, path))
    for name, value in (("config.json", described), ("accuracy.json", table)):
        text = json.dumps(value, indent=1) + "\n"
        write_atomically(arguments.out / name, lambda path: path.write_text(text))


if __name__ == "__main__":
    main()
