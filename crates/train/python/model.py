"""The attention-only transformer, with TransformerLens's parameter names and layouts.

Positions are "shortformer": added to the inputs of queries and keys, never to the residual stream, so what a head
copies is free of positions.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

EPS = 1e-5


class LayerNorm(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.w = nn.Parameter(torch.ones(d_model))
        self.b = nn.Parameter(torch.zeros(d_model))

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:], self.w, self.b, EPS)


class Embed(nn.Module):
    def __init__(self, d_vocab, d_model):
        super().__init__()
        # A row is looked up, so its fan-in is 1. Smaller, and what the heads write drowns it: no induction forms.
        self.W_E = nn.Parameter(torch.randn(d_vocab, d_model))


class PosEmbed(nn.Module):
    def __init__(self, n_ctx, d_model):
        super().__init__()
        self.W_pos = nn.Parameter(sinusoids(n_ctx, d_model))


class Attention(nn.Module):
    def __init__(self, d_model, n_heads, d_head):
        super().__init__()
        fan_in = 1 / math.sqrt(d_model)
        for name in ("Q", "K", "V"):
            self.register_parameter(f"W_{name}", nn.Parameter(torch.randn(n_heads, d_model, d_head) * fan_in))
            self.register_parameter(f"b_{name}", nn.Parameter(torch.zeros(n_heads, d_head)))
        self.W_O = nn.Parameter(torch.randn(n_heads, d_head, d_model) / math.sqrt(n_heads * d_head))
        self.b_O = nn.Parameter(torch.zeros(d_model))

    def project(self, x, name):
        """`[batch, pos, d_model]` to `[batch, head, pos, d_head]`."""
        w, b = getattr(self, f"W_{name}"), getattr(self, f"b_{name}")
        n_heads, d_model, d_head = w.shape
        y = F.linear(x, w.permute(0, 2, 1).reshape(n_heads * d_head, d_model), b.reshape(-1))
        return y.view(*x.shape[:2], n_heads, d_head).transpose(1, 2)

    def merge(self, z):
        """`z` as `[batch, head, pos, d_head]` to what the layer writes, `[batch, pos, d_model]`."""
        flat = z.transpose(1, 2).reshape(z.shape[0], z.shape[2], -1)
        return flat @ self.W_O.reshape(-1, self.W_O.shape[-1]) + self.b_O

    def forward(self, x, pos):
        q, k, v = self.project(x + pos, "Q"), self.project(x + pos, "K"), self.project(x, "V")
        return self.merge(F.scaled_dot_product_attention(q, k, v, is_causal=True))

    def watched(self, x, pos):
        """As `forward`, but with `q`, `k`, `v`, masked scores, pattern and `z` in the open (keys as in TransformerLens)."""
        q, k, v = self.project(x + pos, "Q"), self.project(x + pos, "K"), self.project(x, "V")
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        future = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        pattern = scores.masked_fill(future, -math.inf).softmax(-1)
        seen = {"hook_q": q, "hook_k": k, "hook_v": v, "hook_z": pattern @ v}
        return {name: value.transpose(1, 2) for name, value in seen.items()} | {"hook_pattern": pattern}


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.ln1 = LayerNorm(shape.d_model)
        self.attn = Attention(shape.d_model, shape.n_heads, shape.d_head)

    def forward(self, resid, pos):
        return resid + self.attn(self.ln1(resid), pos)


class Unembed(nn.Module):
    def __init__(self, d_model, d_vocab):
        super().__init__()
        self.W_U = nn.Parameter(torch.randn(d_model, d_vocab) / math.sqrt(d_model))
        self.b_U = nn.Parameter(torch.zeros(d_vocab))


class Transformer(nn.Module):
    """`shape` has n_layers, d_model, n_heads, d_head, n_ctx, d_vocab."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed = Embed(shape.d_vocab, shape.d_model)
        self.pos_embed = PosEmbed(shape.n_ctx, shape.d_model)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.n_layers))
        self.ln_final = LayerNorm(shape.d_model)
        self.unembed = Unembed(shape.d_model, shape.d_vocab)

    def final(self, ids, positions=None):
        """`[batch, pos]` ids to the normalised last residual stream, `[batch, pos, d_model]`; `positions` other than 0, 1, 2 … are for training."""
        resid = self.embed.W_E[ids]
        pos = self.pos_embed.W_pos[: ids.shape[1]] if positions is None else self.pos_embed.W_pos[positions]
        for block in self.blocks:
            resid = block(resid, pos)
        return self.ln_final(resid)

    def forward(self, ids):
        return self.final(ids) @ self.unembed.W_U + self.unembed.b_U

    def run(self, ids, edit_z=None):
        """Logits and every activation by its hook name (batch first). `edit_z(layer, z)` may change `hook_z` in place."""
        cache = {"hook_embed": self.embed.W_E[ids]}
        resid, pos = cache["hook_embed"], self.pos_embed.W_pos[: ids.shape[1]]
        for layer, block in enumerate(self.blocks):
            at = f"blocks.{layer}."
            seen = block.attn.watched(block.ln1(resid), pos)
            if edit_z is not None:
                seen["hook_z"] = seen["hook_z"].clone()
                edit_z(layer, seen["hook_z"])
            attn_out = block.attn.merge(seen["hook_z"].transpose(1, 2))
            cache[at + "hook_resid_pre"], cache[at + "hook_attn_out"] = resid, attn_out
            cache |= {f"{at}attn.{name}": value for name, value in seen.items()}
            resid = cache[at + "hook_resid_post"] = resid + attn_out
        centred = resid - resid.mean(-1, keepdim=True)
        cache["ln_final.hook_scale"] = (centred.pow(2).mean(-1, keepdim=True) + EPS).sqrt()
        cache["ln_final.hook_normalized"] = self.ln_final(resid)
        return cache["ln_final.hook_normalized"] @ self.unembed.W_U + self.unembed.b_U, cache


def sinusoids(n_ctx, d_model):
    """Sines and cosines over geometric wavelengths: a start from which every position is a shift of its neighbour."""
    frequencies = torch.logspace(0, -math.log10(n_ctx), d_model // 2)  # radians per token, from 1 down to 1 / n_ctx
    angles = torch.arange(n_ctx)[:, None] * frequencies[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
