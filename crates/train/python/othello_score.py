"""How well a model knows the legal moves."""

import torch


@torch.no_grad()
def score(model, batch, games_at_once=50):
    """Means over all positions that have a legal next move, and by ply of that move (1…59).

    `illegal_top1`: share of positions whose most probable token is illegal (padding counts). `illegal_mass`: probability
    of illegal tokens. `cross_entropy` in nats against the exact distribution of the next move; `floor` its entropy.
    """
    sums = 0
    for ids, legal in zip(batch.ids.split(games_at_once), batch.legal.split(games_at_once)):
        log_probs = model(ids).double().log_softmax(-1)
        count = legal.sum(-1)
        there = count > 0
        best_is_legal = legal.gather(-1, log_probs.argmax(-1, keepdim=True))[..., 0]
        numbers = {
            "positions": torch.ones_like(count),
            "illegal_top1": 1 - best_is_legal,
            "illegal_mass": (log_probs.exp() * (1 - legal)).sum(-1),
            "cross_entropy": -(log_probs * legal).sum(-1) / count.clamp(min=1),
            "floor": count.clamp(min=1).log(),
        }
        stacked = torch.stack([(value * there).double() for value in numbers.values()])
        sums = sums + stacked.sum(1)  # [number, ply]
    by_ply = dict(zip(numbers, sums))
    means = {name: (values.sum() / by_ply["positions"].sum()).item() for name, values in by_ply.items()}
    means["positions"] = int(by_ply["positions"].sum())
    means["above_floor"] = means["cross_entropy"] - means["floor"]
    plies = {name: (values / by_ply["positions"].clamp(min=1)).tolist() for name, values in by_ply.items()}
    plies["positions"] = [int(value) for value in by_ply["positions"]]
    return means | {"by_ply": plies}


class Unplayed:
    """A control that knows no rules: every square not yet played is equally likely.

    Its best move is drawn at random among them (by a tiny seeded noise), so its top-1 is as good as its mass.
    """

    def __call__(self, ids):
        generator = torch.Generator().manual_seed(1)
        logits = 1e-6 * torch.rand(*ids.shape, 61, generator=generator)
        played = torch.nn.functional.one_hot(ids, 61).cumsum(1) > 0
        played[..., 0] = True
        return logits.masked_fill(played, -1e9)
