"""The count-based language model worth beating: a trigram with interpolated, modified Kneser-Ney smoothing.

Chen & Goodman, "An empirical study of smoothing techniques for language modeling" (1999): three discounts an order,
and lower orders that count in how many different contexts a token comes instead of how often.
"""

import numpy as np


class Trigram:
    """`p(next | the two before)` from streams of ids."""

    def __init__(self, streams, d_vocab):
        self.d_vocab = d_vocab
        kinds, counts = np.unique(np.concatenate([trigrams(ids, d_vocab) for ids in streams]), return_counts=True)
        self.third = Order(kinds, counts, d_vocab)
        # After how many different tokens each pair comes.
        kinds, counts = np.unique(kinds % d_vocab**2, return_counts=True)
        self.second = Order(kinds, counts, d_vocab)
        before = np.bincount(kinds % d_vocab, minlength=d_vocab) + 0.5  # no token is impossible
        self.first = before / before.sum()

    def losses(self, ids):
        """Negative log-probability, nats, of `ids[2:]`, each after the two before it."""
        keys = trigrams(ids, self.d_vocab)
        p = self.first[keys % self.d_vocab]
        for order, of in ((self.second, keys % self.d_vocab**2), (self.third, keys)):
            p = order.interpolated(of, p)
        return -np.log(p)

    def rows(self, ids):
        """The whole distribution after each of `ids[1:]` and the token before it, `[len(ids) - 1, d_vocab]` in f32."""
        if not hasattr(self, "pairs"):
            pairs = np.tile(self.first, (self.d_vocab, 1))
            self.pairs = self.second.spread(np.arange(self.d_vocab), pairs).astype(np.float32)
        contexts = ids[:-1].astype(np.int64) * self.d_vocab + ids[1:]
        return self.third.spread(contexts, self.pairs[ids[1:]])


class Order:
    """Discounted counts of n-grams, and what each context leaves to the order below."""

    def __init__(self, kinds, counts, d_vocab):
        of_count = [max(1, (counts == n).sum()) for n in range(1, 5)]
        y = of_count[0] / (of_count[0] + 2 * of_count[1])
        discounts = np.array([n - (n + 1) * y * of_count[n] / of_count[n - 1] for n in (1, 2, 3)]).clip(0.05, None)
        self.kinds, self.d_vocab = kinds, d_vocab
        taken = discounts[np.minimum(counts, 3) - 1]
        self.kept = np.maximum(counts - taken, 0)
        # Kinds are sorted, so those of a context stand together.
        self.contexts, starts = np.unique(kinds // d_vocab, return_index=True)
        self.starts = np.append(starts, len(kinds))
        self.totals = np.add.reduceat(counts, starts)
        self.left = np.add.reduceat(counts - self.kept, starts)

    def interpolated(self, keys, below):
        kept = found(self.kinds, keys, self.kept, 0)
        totals = found(self.contexts, keys // self.d_vocab, self.totals, 1)
        left = found(self.contexts, keys // self.d_vocab, self.left, 1)  # a context never seen leaves everything
        return (kept + left * below) / totals

    def spread(self, contexts, below):
        """`below` `[context, d_vocab]` in place, interpolated with what was seen after each context."""
        at = np.searchsorted(self.contexts, contexts).clip(max=len(self.contexts) - 1)
        known = self.contexts[at] == contexts
        below *= np.where(known, self.left[at] / self.totals[at], 1).astype(below.dtype)[:, None]
        counts = np.where(known, self.starts[at + 1] - self.starts[at], 0)
        row = np.repeat(np.arange(len(contexts)), counts)
        entry = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + self.starts[at][row]
        below[row, self.kinds[entry] % self.d_vocab] += self.kept[entry] / self.totals[at][row]
        return below


def trigrams(ids, d_vocab):
    ids = ids.astype(np.int64)
    return (ids[:-2] * d_vocab + ids[1:-1]) * d_vocab + ids[2:]


def found(sorted_keys, keys, values, otherwise):
    at = np.searchsorted(sorted_keys, keys).clip(max=len(sorted_keys) - 1)
    return np.where(sorted_keys[at] == keys, values[at], otherwise)
