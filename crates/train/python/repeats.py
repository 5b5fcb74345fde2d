"""Random repeated segments: the half of the training data that makes induction pay.

Standard library only, so that its tests run wherever Python does.
"""

TILE, BACK_REFERENCES = "tile", "back-references"


def log_uniform(rng, low, high):
    """A whole number from `low` to `high`, every octave equally likely."""
    return min(high, int(low * (((high + 1) / low) ** rng.random())))


def repeat_row(rng, length, draw):
    """`length` tokens made of pieces that come again, and for each whether a copier can know it.

    `draw(n)` gives n fresh tokens. Half of the rows tile one segment of random length after a random lead; the others
    are written piece by piece, fresh tokens or a copy of any earlier span, so that the distance between a piece and
    its copy takes every value and no fixed offset helps. A token is *knowable* when it and the token before it
    belong to the same copy: then "what followed this token last time" is right.
    """
    kind = TILE if rng.random() < 0.5 else BACK_REFERENCES
    return (tile if kind == TILE else back_references)(rng, length, draw)


def tile(rng, length, draw):
    lead = rng.randrange(0, length // 8 + 1)
    period = log_uniform(rng, 3, (length - lead) * 2 // 3)
    segment = draw(period)
    copies = -(-(length - lead) // period)
    row = (draw(lead) + segment * copies)[:length]
    return row, [i > lead + period for i in range(length)]


def back_references(rng, length, draw):
    row = draw(log_uniform(rng, 3, length // 2))
    knowable = [False] * len(row)
    while len(row) < length:
        if rng.random() < 0.3:
            fresh = draw(log_uniform(rng, 1, 16))
            row += fresh
            knowable += [False] * len(fresh)
        else:
            span = log_uniform(rng, 2, min(64, len(row)))
            start = rng.randrange(0, len(row) - span + 1)
            row += row[start : start + span]
            knowable += [False] + [True] * (span - 1)
    return row[:length], knowable[:length]
