"""What a probe should read: the true board of every position, and what can be known of it without a network."""

from typing import NamedTuple

import numpy as np
import torch

from othello_games import PLAYED, PLIES, N_SQUARES, batch_of, squares

FRAMES = ("mine_theirs", "black_white")
STATES = {"mine_theirs": ("empty", "mine", "theirs"), "black_white": ("empty", "black", "white")}
BLACK = 1


class Boards(NamedTuple):
    """Positions p = 0…58 of games, after move p: what the model reads there and what the board is, for who moves next."""

    ids: torch.Tensor  # [game, 59]
    there: torch.Tensor  # [game, 59], whether the game goes on
    states: torch.Tensor  # [game, 59, frame, 64], 0 empty, 1 mine or black, 2 theirs or white
    moves: torch.Tensor  # [game, 59, 252], who has played each square (64 by the next mover, 64 by the other), last move, ply


def boards_of(records):
    batch = batch_of(records)
    mine, theirs = squares(records["mine"][:, 1:]), squares(records["theirs"][:, 1:])
    black_moves = (records["mover"][:, 1:] == BLACK)[..., None]
    relative = mine + 2 * theirs
    absolute = np.where(black_moves, relative, mine * 2 + theirs)
    states = torch.from_numpy(np.stack([relative, absolute], 2))
    return Boards(batch.ids, batch.legal.sum(-1) > 0, states, torch.from_numpy(bag_of_moves(records)))


def bag_of_moves(records):
    """`[game, 59, 252]`: all that a linear reader of the move list alone can use."""
    n_games = len(records)
    square_of = np.array([0] + PLAYED)
    played = np.eye(N_SQUARES, dtype=np.float32)[square_of[records["ids"]]] * (records["ids"] > 0)[..., None]
    by_black = np.cumsum(played * (records["mover"] == BLACK)[..., None], 1)[:, :-1]
    by_white = np.cumsum(played * (records["mover"] != BLACK)[..., None], 1)[:, :-1]
    black_moves = (records["mover"][:, 1:] == BLACK)[..., None]
    ply = np.broadcast_to(np.eye(PLIES, dtype=np.float32)[:-1], (n_games, PLIES - 1, PLIES))
    mine, theirs = np.where(black_moves, by_black, by_white), np.where(black_moves, by_white, by_black)
    return np.concatenate([mine, theirs, played[:, :-1], ply], -1)


class Accuracy:
    """Right squares, counted by true state; all squares and positions weigh the same."""

    def __init__(self):
        self.right, self.seen = torch.zeros(3), torch.zeros(3)

    def add(self, guesses, states):
        self.seen += torch.bincount(states.flatten(), minlength=3)[:3]
        self.right += torch.bincount(states[guesses == states].flatten(), minlength=3)[:3]

    def numbers(self):
        """Over all squares, over those with a disc, and the mean of the three states' own accuracies."""
        right, seen = self.right, self.seen
        return {
            "all": (right.sum() / seen.sum()).item(),
            "non_empty": (right[1:].sum() / seen[1:].sum()).item(),
            "balanced": (right / seen.clamp(min=1)).mean().item(),
        }


def accuracy(guesses, states):
    counted = Accuracy()
    counted.add(guesses, states)
    return counted.numbers()


def majorities(train, test):
    """Guessing each square's commonest state, whatever the game; and the commonest at that ply."""
    n_games, plies = train.there.shape
    one_hot = torch.nn.functional.one_hot(train.states.long(), 3) * train.there[..., None, None, None]
    by_ply = one_hot.sum(0)  # [ply, frame, square, state]
    numbers = {}
    for name, counts in (("majority", by_ply.sum(0, keepdim=True)), ("majority_by_ply", by_ply)):
        guesses = counts.argmax(-1).expand(plies, -1, -1).expand_as(test.states)
        numbers[name] = {
            frame: accuracy(guesses[test.there][:, i], test.states[test.there][:, i].long())
            for i, frame in enumerate(FRAMES)
        }
    return numbers


def ridge_on_moves(train, test, strength=1.0):
    """A linear reader of the bag of moves: no network at all."""
    x, y = train.moves[train.there], torch.nn.functional.one_hot(train.states[train.there].long(), 3).float()
    gram = x.T @ x + strength * torch.eye(x.shape[1])
    weights = torch.linalg.solve(gram, x.T @ y.flatten(1))
    guesses = (test.moves[test.there] @ weights).view(-1, *y.shape[1:]).argmax(-1)
    states = test.states[test.there].long()
    return {frame: accuracy(guesses[:, i], states[:, i]) for i, frame in enumerate(FRAMES)}
