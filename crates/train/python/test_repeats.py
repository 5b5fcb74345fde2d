"""Properties of the random repeats. Standard library only: `python -m unittest test_repeats`."""

import itertools
import random
import unittest
from collections import Counter

from repeats import back_references, log_uniform, repeat_row, tile


UNSEEN = itertools.count()


def fresh(n):
    """n tokens that were never drawn before, so that every equality between tokens is a copy."""
    return list(itertools.islice(UNSEEN, n))


class Repeats(unittest.TestCase):
    def rows(self, kind, length, n=200):
        rng = random.Random(7)
        return [kind(rng, length, fresh) for _ in range(n)]

    def test_rows_have_the_length_asked_for(self):
        for length in (16, 64, 256):
            for row, knowable in self.rows(repeat_row, length, 50):
                self.assertEqual((len(row), len(knowable)), (length, length))

    def test_a_knowable_token_followed_the_same_token_before(self):
        for kind in (tile, back_references):
            for row, knowable in self.rows(kind, 128):
                for i in (i for i, known in enumerate(knowable) if known):
                    earlier = {row[j + 1] for j in range(i - 1) if row[j] == row[i - 1]}
                    self.assertIn(row[i], earlier)

    def test_the_first_token_of_a_first_copy_is_not_knowable(self):
        for row, knowable in self.rows(tile, 64):
            first = next(i for i, token in enumerate(row) if token in row[:i])
            self.assertFalse(knowable[first])
            self.assertTrue(all(knowable[first + 1 :]))
            self.assertFalse(any(knowable[:first]))

    def test_no_offset_stands_out(self):
        offsets = Counter()
        for row, knowable in self.rows(repeat_row, 128, 600):
            last = {}
            for i, token in enumerate(row):
                if knowable[i]:
                    offsets[i - last[token]] += 1
                last[token] = i
        self.assertGreater(len(offsets), 60)
        self.assertLess(max(offsets.values()) / sum(offsets.values()), 0.1)

    def test_at_least_half_of_the_tokens_are_knowable(self):
        flags = [known for _, knowable in self.rows(repeat_row, 128) for known in knowable]
        self.assertGreater(sum(flags) / len(flags), 0.5)

    def test_log_uniform_reaches_both_ends_and_every_octave_alike(self):
        rng = random.Random(3)
        drawn = Counter(log_uniform(rng, 4, 63) for _ in range(8000))
        self.assertEqual((min(drawn), max(drawn)), (4, 63))
        octaves = [sum(count for value, count in drawn.items() if low <= value < 2 * low) for low in (4, 8, 16, 32)]
        self.assertLess(max(octaves) / min(octaves), 1.15)

    def test_the_same_seed_gives_the_same_row(self):
        draw = lambda rng: repeat_row(rng, 64, lambda n: rng.choices(range(100), k=n))
        self.assertEqual(draw(random.Random(5)), draw(random.Random(5)))


if __name__ == "__main__":
    unittest.main()
