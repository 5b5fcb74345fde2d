"""Properties of what Othello-GPT learns from and is measured by; skipped where there is no PyTorch.

GLASSHOUSE_TRAIN=target/debug/glasshouse-train python -m unittest discover -p test_othello.py
"""

import os
import tempfile
import unittest
from pathlib import Path

try:
    import torch

    from othello_boards import WithoutNetwork, boards_of
    from othello_games import Games, batch_of
    from othello_model import Othello
    from othello_recipe import OthelloRecipe, OthelloShape
    from othello_score import Unplayed, score
    from train_othello import Run, keep_branch
except ImportError as missing:
    raise unittest.SkipTest(str(missing)) from missing

torch.set_num_threads(1)
TINY = OthelloShape(n_layers=2, d_model=16, n_heads=2, d_head=8, d_mlp=32)


def some_games(count, seed=9):
    source = Games(os.environ["GLASSHOUSE_TRAIN"], seed)
    records = source.read(count)
    source.close()
    return records


class Data(unittest.TestCase):
    def test_the_next_move_is_always_among_the_legal_ones(self):
        records = some_games(50)
        legal = batch_of(records).legal
        ids = torch.from_numpy(records["ids"].astype("int64"))[:, 1:]
        there = ids > 0
        self.assertTrue((legal.gather(-1, ids[..., None])[..., 0] == there).all())
        self.assertTrue((legal[..., 0] == 0).all())

    def test_the_target_is_uniform_over_legal_moves(self):
        batch = batch_of(some_games(20))
        target, there = batch.target()
        self.assertTrue(torch.allclose(target.sum(-1), there.float()))
        self.assertTrue(((target > 0) == (batch.legal > 0)).all())

    def test_boards_agree_with_the_moves(self):
        boards = boards_of(some_games(40))
        states, owner = boards.rows("states"), boards.rows("owner")
        self.assertTrue(((states > 0) == (owner > 0)).all(), "a disc stands where somebody played, or in the centre")
        discs = (states[:, 0] > 0).sum(-1)
        ply = boards.rows("moves")[:, 192:].argmax(-1)
        self.assertTrue((discs == 4 + 1 + ply).all())
        relative, absolute = states[:, 0], states[:, 1]
        same = (relative == absolute).all(-1)
        turned = (torch.tensor([0, 2, 1])[relative.long()] == absolute).all(-1)
        self.assertTrue((same | turned).all() and same.any() and turned.any())

    def test_a_ridge_reads_its_own_training_games_better_than_the_commonest_state(self):
        boards, reader = boards_of(some_games(100)), WithoutNetwork()
        reader.add(boards)
        controls = reader.controls(boards)["mine-theirs"]
        self.assertGreater(controls["bag_of_moves"]["all"], controls["majority_per_ply"]["all"])
        self.assertGreater(controls["majority_per_ply"]["all"], controls["majority"]["all"])


class Model(unittest.TestCase):
    def test_a_position_does_not_see_later_moves(self):
        model, ids = Othello(TINY), batch_of(some_games(2)).ids
        whole, start = model(ids), model(ids[:, :20])
        self.assertTrue(torch.allclose(whole[:, :20], start, atol=1e-5))

    def test_the_score_of_a_perfect_player_is_the_floor(self):
        batch = batch_of(some_games(10))
        perfect = score(lambda _: batch.legal.log().clamp(min=-60), batch)
        self.assertEqual(perfect["illegal_top1"], 0)
        self.assertLess(perfect["illegal_mass"], 1e-12)
        self.assertAlmostEqual(perfect["above_floor"], 0, places=6)
        ignorant = score(Unplayed(), batch)
        self.assertGreater(ignorant["illegal_mass"], 0.5)


class Training(unittest.TestCase):
    def setUp(self):
        self.recipe = OthelloRecipe(shape=TINY, games_per_step=8, warm_up_steps=2, matrix_lr=0.02, other_lr=0.01)
        self.batch = batch_of(some_games(8))

    def test_the_loss_falls(self):
        run = Run(self.recipe)
        losses = [run.learn(self.batch) for _ in range(80)]
        self.assertLess(losses[-1], 0.7 * losses[0])

    def test_a_branch_ends_at_rate_zero_and_a_killed_run_goes_on_the_same(self):
        run = Run(self.recipe)
        run.learn(self.batch)
        with tempfile.TemporaryDirectory() as folder:
            run.save(Path(folder) / "checkpoint.pt")
            other = Run(self.recipe)
            other.resume(Path(folder) / "checkpoint.pt")
        self.assertEqual(run.learn(self.batch), other.learn(self.batch))
        self.assertEqual(run.learn(self.batch), other.learn(self.batch))
        run.decay_from, run.decay_over = run.step, 4
        rates = []
        while not run.is_done():
            rates.append(run.rate())
            run.learn(self.batch)
        self.assertEqual(rates, [1, 0.75, 0.5, 0.25])

    def test_a_kept_branch_is_the_run_and_says_so(self):
        with tempfile.TemporaryDirectory() as name:
            folder, run = Path(name), Run(self.recipe)
            run.decay_from, run.decay_over = 0, 2
            run.learn(self.batch)
            run.save(folder / "decayed.pt")
            with self.assertRaises(SystemExit):
                keep_branch(self.recipe, folder)
            run.learn(self.batch)
            run.save(folder / "decayed.pt")
            keep_branch(self.recipe, folder)
            kept = Run(self.recipe)
            kept.resume(folder / "checkpoint.pt")
        self.assertEqual((kept.step, kept.rate()), (2, 1))
        self.assertEqual([(part["until_step"], part["decay_over"]) for part in kept.earlier], [(2, 2)])


if __name__ == "__main__":
    unittest.main()
