"""Muon for the attention matrices, AdamW for the rest."""

import torch


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised per head, so that every direction of a matrix learns at one speed."""

    def __init__(self, params, lr, weight_decay, momentum=0.95):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                average = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                update = orthogonalise(p.grad.lerp(average, group["momentum"]))
                long, short = max(p.shape[-2:]), min(p.shape[-2:])
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(update, alpha=-group["lr"] * (long / short) ** 0.5)


def orthogonalise(matrices, iterations=5):
    """Nearly the nearest matrix with equal singular values, for `[..., rows, columns]`, by Newton-Schulz iteration."""
    a, b, c = 3.4445, -4.7750, 2.0315
    wide = matrices.shape[-2] <= matrices.shape[-1]
    x = matrices if wide else matrices.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(iterations):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x if wide else x.mT


def optimisers(model, recipe):
    """The two optimisers, as a list."""
    named = dict(model.named_parameters())
    matrices = [p for name, p in named.items() if ".attn.W_" in name]
    tables = [p for name, p in named.items() if name.split(".")[-1] in ("W_E", "W_U")]
    rest = [p for p in named.values() if not any(p is q for q in matrices + tables)]
    adam = torch.optim.AdamW(
        [{"params": tables, "weight_decay": recipe.weight_decay}, {"params": rest, "weight_decay": 0.0}],
        lr=recipe.other_lr,
        betas=(0.9, 0.98),
        fused=True,
    )
    return [Muon(matrices, recipe.matrix_lr, recipe.matrix_decay), adam]
