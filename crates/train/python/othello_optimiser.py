"""Muon for the matrices of attention and MLP, AdamW for the rest."""

import torch

from optimiser import orthogonalise

UPDATE_RMS = 0.2  # of an orthogonalised update at rate 1, like AdamW's: rates mean the same for every shape


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised (attention matrices per head), scaled to one size of update for every shape."""

    def __init__(self, params, lr, weight_decay, momentum):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            updates = {}  # by shape: one call orthogonalises all of a kind
            for p in group["params"]:
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                average = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                updates.setdefault(p.shape, []).append((p, p.grad.lerp(average, group["momentum"])))
            for shape, pairs in updates.items():
                scale = UPDATE_RMS * max(shape[-2:]) ** 0.5
                for (p, _), update in zip(pairs, orthogonalise(torch.stack([given for _, given in pairs]))):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(update, alpha=-group["lr"] * scale)


def optimisers(model, recipe):
    """The two optimisers, as a list."""
    matrices, rest = [], []
    for name, p in model.named_parameters():
        in_block = name.startswith("blocks.") and ".W_" in name
        (matrices if in_block else rest).append(p)
    adam = torch.optim.AdamW(rest, lr=recipe.other_lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    return [Muon(matrices, recipe.matrix_lr, recipe.weight_decay, recipe.momentum), adam]
