"""Embedding and unembedding fitted to bigram counts: the transformer of zero layers inside every transformer.

Counts say all that such a model can learn from a text, so a hundred steps over one table stand for many passes over
the corpora, and what is left for the layers is what needs context.
"""

import numpy as np
import torch


def bigram_table(corpora, recipe):
    """How often each pair of tokens comes, as a share of all pairs, with the corpora weighted as in training."""
    d_vocab = recipe.shape.d_vocab
    names, weights = corpora.mixture(recipe.corpora)
    table = np.zeros(d_vocab * d_vocab)
    for name, weight in zip(names, weights):
        ids = corpora.ids[name].astype(np.int64)
        counts = np.bincount(ids[:-1] * d_vocab + ids[1:], minlength=d_vocab * d_vocab)
        table += counts * (weight / sum(weights) / counts.sum())
    return torch.from_numpy(table.reshape(d_vocab, d_vocab)).float()


def fit(model, table, steps, lr):
    """Fits embedding and unembedding to the table by Adam; returns the last loss, nats a token."""
    params = [model.embed.W_E, model.unembed.W_U, model.unembed.b_U]
    model.unembed.b_U.data = (table.sum(0) + 2e-5).log()
    adam = torch.optim.Adam(params, lr=lr, betas=(0.9, 0.98))
    for step in range(steps):
        adam.param_groups[0]["lr"] = lr * min(1.0, 2 * (1 - step / steps))
        logits = torch.addmm(model.unembed.b_U, model.ln_final(model.embed.W_E), model.unembed.W_U)
        loss = -(logits.log_softmax(-1) * table).sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
    model.zero_grad()
    return loss.item()
