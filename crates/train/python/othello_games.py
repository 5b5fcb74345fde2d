"""Random Othello games, streamed from the Rust side as they are needed: nothing is stored."""

import subprocess
from typing import NamedTuple

import numpy as np
import torch

PLIES, N_SQUARES = 60, 64
CENTRE = (27, 28, 35, 36)
PLAYED = [square for square in range(N_SQUARES) if square not in CENTRE]  # square of token id 1, 2, …
# Before each move: its token, who moves (1 black, 2 white, 0 after the end), and as bits of squares the legal moves,
# the mover's discs and the other side's.
RECORD = np.dtype(
    [("ids", "u1", PLIES), ("mover", "u1", PLIES)] + [(name, "<u8", PLIES) for name in ("legal", "mine", "theirs")]
)


class Games:
    """Games `first`, `first + 1`, … under `seed`, in order."""

    def __init__(self, binary, seed, first=0):
        command = [str(binary), "othello-games", "--seed", str(seed), "--first", str(first)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=1 << 20)

    def read(self, count):
        """The next `count` games as records."""
        data = self.process.stdout.read(count * RECORD.itemsize)
        if len(data) < count * RECORD.itemsize:
            raise SystemExit("the generator of games ended early")
        return np.frombuffer(data, RECORD)

    def close(self):
        self.process.stdout.close()
        self.process.wait()


def squares(words):
    """Bits of `[…]` 64-bit words as `[…, 64]` bytes, square by square."""
    return np.unpackbits(words[..., None].view("u1"), axis=-1, bitorder="little")


class Batch(NamedTuple):
    """What a model reads and should say; position p has seen moves 0…p and speaks of move p + 1."""

    ids: torch.Tensor  # [game, 59]
    legal: torch.Tensor  # [game, 59, 61], 1.0 where a token is a legal next move; no 1 where the game is over

    def target(self):
        """The exact distribution of the next move in random games, uniform over the legal ones, and whether there is one."""
        count = self.legal.sum(-1, keepdim=True)
        return self.legal / count.clamp(min=1), count[..., 0] > 0


def batch_of(records):
    legal = np.zeros((len(records), PLIES - 1, 1 + len(PLAYED)), np.float32)
    legal[..., 1:] = squares(records["legal"][:, 1:])[..., PLAYED]
    return Batch(torch.from_numpy(records["ids"][:, :-1].astype(np.int64)), torch.from_numpy(legal))


def fresh_games(binary, seed, count):
    """The first `count` games of a seed that no training uses, as a batch."""
    source = Games(binary, seed)
    batch = batch_of(source.read(count))
    source.close()
    return batch
