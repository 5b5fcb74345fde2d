"""The cheapest language model worth beating: a bigram with interpolated Kneser-Ney smoothing."""

import numpy as np


class Bigram:
    """`p(next | previous)` for every pair, from streams of ids."""

    def __init__(self, streams, d_vocab):
        counts = np.zeros(d_vocab * d_vocab, dtype=np.int64)
        for ids in streams:
            ids = ids.astype(np.int64)
            counts += np.bincount(ids[:-1] * d_vocab + ids[1:], minlength=d_vocab * d_vocab)
        counts = counts.reshape(d_vocab, d_vocab)
        once, twice = (counts == 1).sum(), (counts == 2).sum()
        discount = max(once, 1) / max(1, once + 2 * twice)  # Ney's estimate
        kinds_before = (counts > 0).sum(0)  # after how many different tokens each token comes
        continuation = (kinds_before + 0.5) / (kinds_before + 0.5).sum()
        totals, kinds_after = counts.sum(1, keepdims=True), (counts > 0).sum(1, keepdims=True)
        seen = np.maximum(counts - discount, 0) / np.maximum(totals, 1)
        left = np.where(totals > 0, discount * kinds_after / np.maximum(totals, 1), 1.0)
        self.log_p = np.log(seen + left * continuation).astype(np.float32)

    def losses(self, previous, following):
        """Negative log-probability, nats, of each following token."""
        return -self.log_p[previous, following]
