"""Properties of the trigram; skipped where there is no numpy. `python -m unittest test_trigram`."""

import unittest

try:
    import numpy as np

    from trigram import Trigram
except ImportError as missing:
    raise unittest.SkipTest(str(missing)) from missing

D_VOCAB = 7


def stream(n, seed):
    """Ids in which a token depends on the two before it."""
    draw, ids = np.random.default_rng(seed), [1, 2]
    for _ in range(n):
        ids.append((ids[-1] + 2 * ids[-2] + draw.integers(3)) % D_VOCAB)
    return np.array(ids, dtype="<u2")


class Counts(unittest.TestCase):
    def setUp(self):
        self.trigram = Trigram([stream(3000, 1), stream(3000, 2)], D_VOCAB)

    def test_every_distribution_sums_to_one(self):
        every_pair = np.array([[a, b] for a in range(D_VOCAB) for b in range(D_VOCAB)], dtype="<u2")
        rows = np.concatenate([self.trigram.rows(pair) for pair in every_pair])
        self.assertLess(np.abs(rows.sum(1) - 1).max(), 1e-5)
        self.assertGreater(rows.min(), 0)

    def test_losses_are_those_of_the_distributions(self):
        ids = stream(50, 3)
        rows = self.trigram.rows(ids)[:-1]
        expected = -np.log(rows[np.arange(len(rows)), ids[2:]])
        self.assertLess(np.abs(self.trigram.losses(ids) - expected).max(), 1e-5)

    def test_what_the_second_last_token_tells_is_learnt(self):
        self.assertLess(abs(self.trigram.losses(stream(3000, 4)).mean() - np.log(3)), 0.05)

    def test_a_context_never_seen_falls_back_on_the_shorter_one(self):
        one = Trigram([np.array([1, 2, 3, 1, 2, 4, 1, 2, 3, 5, 6], dtype="<u2")], D_VOCAB)
        new, old = one.rows(np.array([5, 2], dtype="<u2")), one.rows(np.array([1, 2], dtype="<u2"))
        self.assertGreater(new[0, 3], new[0, 5])
        self.assertGreater(old[0, 3], new[0, 3])


if __name__ == "__main__":
    unittest.main()
