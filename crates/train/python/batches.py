"""Training rows: random repeats, repeats of text, plain text. A batch depends only on the seed, the
step and the size of the random vocabulary, so a run
that was killed goes on with exactly the rows it would have seen."""

import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from recipe import BOS
from repeats import repeat_row


class Corpora:
    """The encoded corpora of a folder: `NAME.train.u16` and `NAME.val.u16`."""

    def __init__(self, folder, split):
        self.ids = {
            path.name.split(".")[0]: np.fromfile(path, dtype="<u2")
            for path in sorted(Path(folder).glob(f"*.{split}.u16"))
        }
        if not self.ids:
            raise SystemExit(f"{folder} holds no *.{split}.u16: encode the corpora first")

    def mixture(self, shares):
        """Names and weights: the given shares, and by size what is left for corpora without one."""
        named = {name: share for name, share in shares.items() if name in self.ids}
        others = {name: len(ids) for name, ids in self.ids.items() if name not in named}
        left = max(0.0, 1.0 - sum(named.values())) or 1.0
        weights = named | {name: left * size / sum(others.values()) for name, size in others.items()}
        return list(weights), list(weights.values())


class Batch(NamedTuple):
    """Rows of one step, `[row, pos]`."""

    inputs: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor  # of each target's loss
    positions: torch.Tensor  # `[pos]`, the same for every row
    copied: torch.Tensor  # whether a target is a random token that a copier can know


class Batches:
    def __init__(self, recipe, corpora):
        self.recipe, self.corpora = recipe, corpora
        self.names, self.weights = corpora.mixture(recipe.corpora)
        self.ids = list(range(BOS + 1, recipe.shape.d_vocab))
        random.Random(recipe.seed).shuffle(self.ids)

    def batch(self, step, vocabulary):
        """The rows of one step, random tokens drawn from the first `vocabulary` ids of a fixed random order."""
        recipe = self.recipe
        rng = random.Random(f"{recipe.seed} {step}")
        length = rng.choices(*zip(*recipe.lengths))[0]
        n_rows = recipe.tokens_per_step // length
        random_repeats = 1.0 if step < recipe.first_steps else recipe.random_repeats
        text_from = round(n_rows * random_repeats)
        plain_from = text_from + round(n_rows * recipe.text_repeats)
        ids = self.ids[:vocabulary]
        inputs, targets, weights, copied = [], [], [], []
        for index in range(n_rows):
            known = [False] * length
            weight = [1.0] * length
            if index < text_from:
                row, known = repeat_row(rng, length, lambda n: rng.choices(ids, k=n))
                weight = [1.0 if known_here else recipe.unknowable_weight for known_here in known]
            elif index < plain_from:
                row, _ = repeat_row(rng, length, lambda n: self.text(rng, n))
            else:
                row = self.text(rng, length)
            inputs.append([BOS] + row[:-1])
            targets.append(row)
            weights.append(weight)
            copied.append(known)
        return Batch(*map(torch.tensor, (inputs, targets, weights, self.positions(rng, step, length), copied)))

    def positions(self, rng, step, length):
        """Once heads have formed, BOS stays at 0 in every other step and the rest moves anywhere: late positions learn from short rows too."""
        room = self.recipe.shape.n_ctx - length
        moved = rng.randrange(room + 1) if step >= self.recipe.first_steps and step % 2 else 0
        return [0] + [moved + i for i in range(1, length)]

    def text(self, rng, length):
        """`length` consecutive tokens from anywhere in a corpus."""
        ids = self.corpora.ids[rng.choices(self.names, self.weights)[0]]
        start = rng.randrange(len(ids) - length)
        return ids[start : start + length].tolist()
