"""The transformer of `stories`: that of the induction models, and a gelu MLP in every block."""

import torch
import torch.nn.functional as F
from torch import nn

from model import Block, LayerNorm, Transformer
from othello_model import Mlp


class MlpBlock(Block):
    def __init__(self, shape):
        super().__init__(shape)
        self.ln2, self.mlp = LayerNorm(shape.d_model), Mlp(shape)

    def forward(self, resid, pos):
        resid = super().forward(resid, pos)
        return resid + self.mlp(self.ln2(resid))


class Stories(Transformer):
    """`shape` has n_layers, d_model, n_heads, d_head, d_mlp, n_ctx, d_vocab."""

    def __init__(self, shape):
        super().__init__(shape)
        self.blocks = nn.ModuleList(MlpBlock(shape) for _ in range(shape.n_layers))

    def before_mlp(self, ids):
        """`blocks.0.hook_resid_mid` `[batch, pos, d_model]` of a model of one layer."""
        (block,) = self.blocks
        return Block.forward(block, self.embed.W_E[ids], self.pos_embed.W_pos[: ids.shape[1]])

    def hook_post(self, resid_mid):
        """`blocks.0.mlp.hook_post` `[batch, pos, d_mlp]`."""
        (block,) = self.blocks
        return F.gelu(F.linear(block.ln2(resid_mid), block.mlp.W_in.T, block.mlp.b_in))

    def after_mlp(self, resid_mid, hook_post):
        """Logits `[batch, pos, d_vocab]` when the MLP's neurons are `hook_post`."""
        (block,) = self.blocks
        resid = resid_mid + F.linear(hook_post, block.mlp.W_out.T, block.mlp.b_out)
        return self.ln_final(resid) @ self.unembed.W_U + self.unembed.b_U

    @torch.no_grad()
    def run(self, ids):
        """Logits and the activations that means and self-check need, by hook name (batch first)."""
        (block,) = self.blocks
        resid = self.embed.W_E[ids]
        seen = block.attn.watched(block.ln1(resid), self.pos_embed.W_pos[: ids.shape[1]])
        cache = {f"blocks.0.attn.{name}": value for name, value in seen.items()}
        mid = resid + block.attn.merge(seen["hook_z"].transpose(1, 2))
        post = self.hook_post(mid)
        cache |= {"blocks.0.hook_resid_mid": mid, "blocks.0.mlp.hook_post": post}
        resid = mid + F.linear(post, block.mlp.W_out.T, block.mlp.b_out)
        cache |= {"blocks.0.hook_resid_post": resid, "ln_final.hook_normalized": self.ln_final(resid)}
        return cache["ln_final.hook_normalized"] @ self.unembed.W_U + self.unembed.b_U, cache
