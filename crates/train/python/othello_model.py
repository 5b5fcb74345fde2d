"""Othello-GPT: a pre-LayerNorm transformer with MLPs, with TransformerLens's parameter names and layouts."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from model import Embed, LayerNorm, Unembed


class PosEmbed(nn.Module):
    def __init__(self, n_ctx, d_model):
        super().__init__()
        self.W_pos = nn.Parameter(torch.randn(n_ctx, d_model))


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        n_heads, d_model, d_head = shape.n_heads, shape.d_model, shape.d_head
        for name in ("Q", "K", "V"):
            self.register_parameter(
                f"W_{name}", nn.Parameter(torch.randn(n_heads, d_model, d_head) / math.sqrt(d_model))
            )
            self.register_parameter(f"b_{name}", nn.Parameter(torch.zeros(n_heads, d_head)))
        write = 1 / math.sqrt(n_heads * d_head * 2 * shape.n_layers)
        self.W_O = nn.Parameter(torch.randn(n_heads, d_head, d_model) * write)
        self.b_O = nn.Parameter(torch.zeros(d_model))

    def queries_keys_values(self, x):
        """Each `[game, head, pos, d_head]`, in one product."""
        n_heads, d_model, d_head = self.W_Q.shape
        w = torch.stack((self.W_Q, self.W_K, self.W_V)).permute(0, 1, 3, 2).reshape(-1, d_model)
        b = torch.stack((self.b_Q, self.b_K, self.b_V)).reshape(-1)
        return F.linear(x, w, b).view(*x.shape[:2], 3, n_heads, d_head).permute(2, 0, 3, 1, 4)

    def forward(self, x):
        z = F.scaled_dot_product_attention(*self.queries_keys_values(x), is_causal=True)
        return F.linear(z.transpose(1, 2).flatten(2), self.W_O.reshape(-1, x.shape[-1]).T, self.b_O)

    def pattern(self, x):
        """`hook_pattern`, `[game, head, query, key]`."""
        q, k, _ = self.queries_keys_values(x)
        future = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        return (q @ k.mT / math.sqrt(q.shape[-1])).masked_fill(future, -math.inf).softmax(-1)


class Mlp(nn.Module):
    def __init__(self, shape):
        super().__init__()
        d_model, d_mlp = shape.d_model, shape.d_mlp
        self.W_in = nn.Parameter(torch.randn(d_model, d_mlp) / math.sqrt(d_model))
        self.b_in = nn.Parameter(torch.zeros(d_mlp))
        self.W_out = nn.Parameter(torch.randn(d_mlp, d_model) / math.sqrt(d_mlp * 2 * shape.n_layers))
        self.b_out = nn.Parameter(torch.zeros(d_model))

    def forward(self, x):
        post = F.gelu(F.linear(x, self.W_in.T, self.b_in))
        return F.linear(post, self.W_out.T, self.b_out)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.ln1, self.attn = LayerNorm(shape.d_model), Attention(shape)
        self.ln2, self.mlp = LayerNorm(shape.d_model), Mlp(shape)

    def forward(self, resid):
        resid = resid + self.attn(self.ln1(resid))
        return resid + self.mlp(self.ln2(resid))


class Othello(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed = Embed(shape.d_vocab, shape.d_model)
        self.pos_embed = PosEmbed(shape.n_ctx, shape.d_model)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.n_layers))
        self.ln_final = LayerNorm(shape.d_model)
        self.unembed = Unembed(shape.d_model, shape.d_vocab)

    def residuals(self, ids):
        """The residual stream `[game, pos, d_model]` after the embedding and after every block: n_layers + 1 of them."""
        stream = [F.embedding(ids, self.embed.W_E) + self.pos_embed.W_pos[: ids.shape[1]]]
        for block in self.blocks:
            stream.append(block(stream[-1]))
        return stream

    def forward(self, ids):
        """`[game, pos]` ids to logits `[game, pos, d_vocab]`."""
        return self.ln_final(self.residuals(ids)[-1]) @ self.unembed.W_U + self.unembed.b_U
