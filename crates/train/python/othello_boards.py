"""What a probe should read: the true board of every position, and what can be known of it without a network."""

from typing import NamedTuple

import numpy as np
import torch

from othello_games import CENTRE, N_SQUARES, PLAYED, PLIES, batch_of, squares

FRAMES = ("mine-theirs", "black-white")
BLACK = 1
BAG = 3 * N_SQUARES + PLIES


class Boards(NamedTuple):
    """Positions p = 0…58 of games, after move p: what the model reads there and what the board is, for who moves next."""

    ids: torch.Tensor  # [game, 59]
    there: torch.Tensor  # [game, 59], whether the game goes on
    states: torch.Tensor  # [game, 59, frame, 64] bytes, 0 empty, 1 mine or black, 2 theirs or white
    moves: torch.Tensor  # [game, 59, BAG], what `bag_of_moves` says
    owner: torch.Tensor  # [game, 59, frame, 64], as states, if nothing ever turned

    def rows(self, name):
        """A field at every position where the game goes on, games and positions in one axis."""
        return getattr(self, name)[self.there]


def boards_of(records):
    batch = batch_of(records)
    black_next = (records["mover"][:, 1:] == BLACK)[..., None]
    relative = squares(records["mine"][:, 1:]) + 2 * squares(records["theirs"][:, 1:])
    bag = bag_of_moves(records)
    mine, theirs = bag[..., :N_SQUARES], bag[..., N_SQUARES : 2 * N_SQUARES]
    black = np.where(black_next, mine, theirs) + np.isin(np.arange(N_SQUARES), CENTRE[1:3])
    white = np.where(black_next, theirs, mine) + np.isin(np.arange(N_SQUARES), CENTRE[::3])
    owner = (black + 2 * white).astype(np.uint8)

    def both(relative, absolute):
        return torch.from_numpy(np.stack([relative, absolute], 2))

    return Boards(
        batch.ids,
        batch.legal.sum(-1) > 0,
        both(relative, np.where(black_next, relative, exchanged(relative))),
        torch.from_numpy(bag),
        both(np.where(black_next, owner, exchanged(owner)), owner),
    )


def exchanged(states):
    """The same boards with the two sides exchanged."""
    return np.array([0, 2, 1], np.uint8)[states]


def bag_of_moves(records):
    """`[game, 59, BAG]`, all that a linear reader of the list of moves can use: whether the next mover has played each
    square, whether the other side has, which was the last move, and how many there were."""
    played = (
        np.eye(N_SQUARES, dtype=np.float32)[np.array([0, *PLAYED])[records["ids"]]] * (records["ids"] > 0)[..., None]
    )
    by_black = np.cumsum(played * (records["mover"] == BLACK)[..., None], 1)[:, :-1]
    by_white = np.cumsum(played * (records["mover"] != BLACK)[..., None], 1)[:, :-1]
    black_next = (records["mover"][:, 1:] == BLACK)[..., None]
    mine, theirs = np.where(black_next, by_black, by_white), np.where(black_next, by_white, by_black)
    ply = np.broadcast_to(np.eye(PLIES, dtype=np.float32)[:-1], (len(records), PLIES - 1, PLIES))
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


def accuracies(guesses, states):
    """`Accuracy.numbers` per frame, for `[row, frame, square]`."""
    numbers = {}
    for i, frame in enumerate(FRAMES):
        counted = Accuracy()
        counted.add(guesses[:, i], states[:, i])
        numbers[frame] = counted.numbers()
    return numbers


class WithoutNetwork:
    """What needs no network: the commonest state of each square, whoever played a square, ridge on the bag of moves."""

    def __init__(self):
        self.counts = torch.zeros(PLIES, len(FRAMES), N_SQUARES, 3)
        self.gram, self.moments = torch.zeros(BAG, BAG), torch.zeros(BAG, len(FRAMES) * N_SQUARES * 3)

    def add(self, boards):
        one_hot = torch.nn.functional.one_hot(boards.states.long(), 3).float()
        self.counts[:-1] += (one_hot * boards.there[..., None, None, None]).sum(0)
        x = boards.rows("moves")
        self.gram += x.T @ x
        self.moments += x.T @ one_hot[boards.there].flatten(1)

    def ridge(self, strength=1.0):
        """`[BAG, frame, 64, 3]`: each state's indicator as a linear function of the bag."""
        weights = torch.linalg.solve(self.gram.double() + strength * torch.eye(BAG), self.moments.double())
        return weights.float().view(BAG, len(FRAMES), N_SQUARES, 3)

    def shares(self):
        """`[60, frame, 64, 3]`: how often a square was in each state after n + 1 moves; zeros where no game was seen."""
        return self.counts / self.counts.sum(-1, keepdim=True).clamp(min=1)

    def controls(self, test):
        states, there = test.rows("states").long(), test.there
        always = self.counts.sum(0).argmax(-1).expand_as(states)
        by_ply = self.counts[:-1].argmax(-1).expand(len(there), -1, -1, -1)[there]
        ridge = torch.einsum("rb,bfsk->rfsk", test.rows("moves"), self.ridge()).argmax(-1)
        measured = {
            "bag_of_moves": accuracies(ridge, states),
            "majority": accuracies(always, states),
            "majority_per_ply": accuracies(by_ply, states),
            "owner": accuracies(test.rows("owner").long(), states),
        }
        return {frame: {name: of[frame] for name, of in measured.items()} for frame in FRAMES}
