"""What the learning curves show: copying of random repeats, head scores, loss on held-out text."""

import random

import torch
import torch.nn.functional as F

from recipe import BOS


def random_repeats(seed, n_rows, length, d_vocab):
    """`[BOS, r, r]` rows with `r` of `length` tokens drawn uniformly from the whole vocabulary but BOS."""
    rng = random.Random(f"evaluation {seed}")
    rows = []
    for _ in range(n_rows):
        segment = [rng.randrange(BOS + 1, d_vocab) for _ in range(length)]
        rows.append([BOS] + segment + segment)
    return torch.tensor(rows)


def text_rows(ids, length):
    """Held-out ids cut into rows of `length` targets, each opened by BOS: inputs and targets."""
    n_rows = len(ids) // length
    targets = torch.from_numpy(ids[: n_rows * length].astype("int64")).view(n_rows, length)
    return torch.cat([torch.full((n_rows, 1), BOS), targets[:, :-1]], 1), targets


def copying(logits, rows):
    """Top-1 accuracy on the second copy, and the mean loss on each copy.

    The second copy's first token is left out, for nothing before it says that a repeat begins;
    `copy_accuracy_with_first` counts it.
    """
    length = (rows.shape[1] - 1) // 2
    losses = F.cross_entropy(logits[:, :-1].transpose(1, 2), rows[:, 1:], reduction="none")
    right = logits[:, :-1].argmax(-1) == rows[:, 1:]
    return {
        "copy_accuracy": right[:, length + 1 :].float().mean().item(),
        "copy_accuracy_with_first": right[:, length:].float().mean().item(),
        "first_copy_loss": losses[:, :length].mean().item(),
        "second_copy_loss": losses[:, length + 1 :].mean().item(),
    }


def head_scores(patterns, length):
    """Previous-token and induction score of each head of one layer, on `[BOS, r, r]` with `r` of `length` tokens.

    `patterns` is `[batch, head, query, key]`; the means are SCIENCE.md's: the subdiagonal, and the diagonal at offset
    `-(length - 1)`.
    """
    return {
        "previous_token": patterns.diagonal(-1, 2, 3).mean((0, 2)),
        "induction": patterns.diagonal(-(length - 1), 2, 3).mean((0, 2)),
    }


def duplicate_scores(patterns, length):
    """Duplicate-token score on the same rows: mean attention from the second copy to the same token in the first."""
    return {"duplicate_token": patterns.diagonal(-length, 2, 3)[:, :, 1:].mean((0, 2))}


class Watch:
    """A quick look at a model in training, always on the same rows."""

    LENGTH = 50

    def __init__(self, recipe, corpora):
        self.repeats = random_repeats("watch", 64, self.LENGTH, recipe.shape.d_vocab)
        self.text = {name: text_rows(ids[: 32 * 128], 128) for name, ids in corpora.ids.items()}

    @torch.no_grad()
    def look(self, model):
        logits, cache = model.run(self.repeats)
        seen = copying(logits, self.repeats)
        for layer in range(model.shape.n_layers):
            for name, scores in head_scores(cache[f"blocks.{layer}.attn.hook_pattern"], self.LENGTH).items():
                seen[f"{name}_{layer}"] = [round(score, 3) for score in scores.tolist()]
        losses = [
            F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()).item()
            for inputs, targets in self.text.values()
        ]
        seen["text_loss"] = sum(losses) / len(losses)
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in seen.items()}
