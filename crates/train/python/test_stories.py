"""Properties of the training of `stories` and of its dictionaries; skipped where there is no PyTorch.

python -m unittest discover -p test_stories.py
"""

import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import torch
    import torch.nn.functional as F

    from othello_states import detected
    from sae_model import Dictionary
    from sae_passages import WINDOW, Windows
    from sae_recipe import SaeRecipe
    from stories_loss import SoftCrossEntropy
    from stories_model import Stories
    from stories_recipe import StoriesRecipe, StoriesShape
    from train_sae import Run as SaeRun
    from train_stories import Run
    from trigram import Trigram
except ImportError as missing:
    raise unittest.SkipTest(str(missing)) from missing

torch.set_num_threads(1)
TINY = StoriesShape(d_model=16, n_heads=2, d_head=8, d_mlp=12, n_ctx=16, d_vocab=20)


def text(rows=4, seed=3):
    draw = torch.Generator().manual_seed(seed)
    start, step = (torch.randint(1, 20, (rows, 1), generator=draw) for _ in range(2))
    return 1 + (start + step * torch.arange(TINY.n_ctx + 1)) % 19


class Model(unittest.TestCase):
    def test_its_parts_make_the_whole(self):
        torch.manual_seed(0)
        model, ids = Stories(TINY), text()[:, :-1]
        mid = model.before_mlp(ids)
        whole = model(ids)
        self.assertTrue(torch.allclose(model.after_mlp(mid, model.hook_post(mid)), whole, atol=1e-5))
        logits, cache = model.run(ids)
        self.assertTrue(torch.allclose(logits, whole, atol=1e-5))
        self.assertEqual(cache["blocks.0.mlp.hook_post"].shape, (4, 16, 12))

    def test_the_loss_is_that_of_the_mixture_and_so_are_its_gradients(self):
        torch.manual_seed(0)
        ids = text()
        inputs, targets = ids[:, :-1], ids[:, 1:]
        trigram = Trigram([ids.flatten().numpy().astype("<u2")], 20)
        x = torch.randn(4, 16, 16, requires_grad=True)
        w, b = torch.randn(16, 20, requires_grad=True), torch.randn(20, requires_grad=True)
        whole, plain = SoftCrossEntropy.apply(x, w, b, inputs, targets, trigram, 0.25)
        whole.backward()
        mine = [value.grad.clone() for value in (x, w, b)]
        soft = F.one_hot(targets, 20).float()
        for row in range(4):
            soft[row, 1:] = 0.75 * soft[row, 1:] + 0.25 * torch.from_numpy(trigram.rows(inputs[row].numpy()))
        for value in (x, w, b):
            value.grad = None
        log_probs = (x @ w + b).log_softmax(-1)
        expected = -(log_probs * soft).sum() / targets.numel()
        expected.backward()
        self.assertAlmostEqual(whole.item(), expected.item(), places=5)
        self.assertAlmostEqual(plain, F.nll_loss(log_probs.flatten(0, 1), targets.flatten()).item(), places=5)
        for value, gradient in zip((x, w, b), mine):
            self.assertTrue(torch.allclose(value.grad, gradient, atol=1e-6))


class Training(unittest.TestCase):
    def setUp(self):
        self.recipe = StoriesRecipe(
            shape=TINY, steps=60, cool_down_steps=20, warm_up_steps=2, matrix_lr=0.02, other_lr=0.01
        )
        ids = text(rows=16)
        self.batch = ids[:, :-1], ids[:, 1:], Trigram([ids.flatten().numpy().astype("<u2")], 20)

    def test_the_loss_falls(self):
        run = Run(self.recipe)
        losses = [run.learn(*self.batch) for _ in range(60)]
        self.assertLess(losses[-1], 0.6 * losses[0])

    def test_a_longer_recipe_goes_on_from_before_the_cool_down_and_no_later(self):
        run = Run(self.recipe)
        for _ in range(3):
            run.learn(*self.batch)
        longer = StoriesRecipe(**vars(self.recipe) | {"steps": 80})
        with tempfile.TemporaryDirectory() as folder:
            run.save(Path(folder) / "before-cool-down.pt")
            other = Run(longer)
            other.resume(Path(folder))
        self.assertEqual(other.step, 3)
        self.assertEqual(run.learn(*self.batch), other.learn(*self.batch))
        run.step = 50
        with tempfile.TemporaryDirectory() as folder:
            run.save(Path(folder) / "checkpoint.pt")
            with self.assertRaises(SystemExit):
                Run(longer).resume(Path(folder))


class Planted:
    """Activations that are sums of two of 24 known directions in 16 dimensions."""

    weights = "planted"

    def __init__(self):
        self.directions = F.normalize(torch.randn(24, 16, generator=torch.Generator().manual_seed(1)), dim=-1)

    def activations(self, step):
        draw = torch.Generator().manual_seed(step)
        chosen = torch.stack([torch.randperm(24, generator=draw)[:2] for _ in range(512)])
        sizes = 1 + torch.rand(512, 2, 1, generator=draw)
        return (self.directions[chosen] * sizes).sum(1) + 0.3


class Dictionaries(unittest.TestCase):
    RECIPE = SaeRecipe(expansion=2, k=2, steps=300, lr=1e-2)

    def test_gradients_are_those_of_autograd(self):
        x = Planted().activations(0)
        dictionary = Dictionary.start(x, 32, 3, 1)
        threshold = dictionary.threshold_of(x, 3)
        parameters = [
            torch.nn.Parameter(getattr(dictionary, name).clone()) for name in ("W_enc", "b_enc", "W_dec", "b_dec")
        ]
        W_enc, b_enc, W_dec, b_dec = parameters
        pre = x @ W_enc + b_enc
        loss = ((pre * (pre > threshold)) @ W_dec + b_dec - x).pow(2).sum(-1).mean()
        loss.backward()
        W_dec.grad -= (W_dec.grad * W_dec).sum(-1, keepdim=True) * W_dec.detach()
        by_name, mine, _ = dictionary.gradients(x, 3)
        self.assertAlmostEqual(mine, loss.item(), places=4)
        for name, parameter in zip(("W_enc", "b_enc", "W_dec", "b_dec"), parameters):
            self.assertTrue(torch.allclose(by_name[name], parameter.grad, atol=1e-4), name)

    def test_it_finds_planted_directions_and_fires_as_often_as_asked(self):
        source = Planted()
        run = SaeRun(self.RECIPE, source)
        for step in range(self.RECIPE.steps):
            run.learn(source.activations(step))
        dictionary, x = run.finished(), source.activations(10_000)
        features = dictionary.encode(x)
        self.assertLess(abs((features > 0).float().sum(-1).mean().item() - 2), 0.5)
        error = (dictionary.decode(features) - x).pow(2).sum() / (x - x.mean(0)).pow(2).sum()
        self.assertLess(error.item(), 0.15)
        nearest = (source.directions @ dictionary.W_dec.T).max(-1).values
        self.assertGreater(nearest.mean().item(), 0.9)

    def test_a_killed_run_goes_on_the_same_and_a_folder_reads_back(self):
        source = Planted()
        run = SaeRun(self.RECIPE, source)
        for step in range(40):
            run.learn(source.activations(step))
        with tempfile.TemporaryDirectory() as folder:
            run.save(Path(folder) / "checkpoint.pt")
            other = SaeRun(self.RECIPE, source)
            other.resume(Path(folder) / "checkpoint.pt")
            self.assertEqual(run.learn(source.activations(40)), other.learn(source.activations(40)))
            source.weights = "other"
            anew = SaeRun(self.RECIPE, source)
            anew.resume(Path(folder) / "checkpoint.pt")
            self.assertEqual(anew.step, 0)
            run.finished().save(folder, "blocks.0.mlp.hook_post", "stories", 2, torch.float32)
            again = Dictionary.load(folder)
        x = source.activations(99)
        self.assertTrue(torch.equal(again.encode(x), run.finished().encode(x)))


class Measures(unittest.TestCase):
    def test_passages_stay_within_documents_and_apart(self):
        stream = np.arange(1, 101)
        edges = np.zeros(100, bool)
        edges[[0, 40]] = True
        windows = Windows(stream, edges, 1, 4)
        places, values = np.array([5, 6, 38, 43, 90]), np.array([1.0, 3.0, 2.0, 2.5, 0.5])
        windows.find(0, places, values)
        self.assertEqual(windows.activation[0].tolist(), [3.0, 2.5, 0.5, 0.0])
        self.assertEqual(windows.begin[0, :3].tolist(), [1, 41, 75])
        self.assertEqual((windows.begin + windows.peak)[0, :3].tolist(), [6, 43, 90])
        self.assertEqual(windows.shades[0, 0, windows.peak[0, 0]], 255)
        self.assertEqual(windows.shades[0, 0, 4], 85)
        self.assertLessEqual(windows.length.max(), WINDOW)
        self.assertEqual(windows.length[0, 3], 0)

    def test_a_unit_that_is_a_state_tells_it_and_noise_does_not(self):
        draw = torch.Generator().manual_seed(1)
        states = (torch.rand(400, 192, generator=draw) < 0.3).float()
        noise = torch.rand(400, 8, generator=draw)
        units = torch.cat([noise, states[:, :3]], -1)
        told = detected(units[:200], states[:200], units[200:], states[200:])
        self.assertEqual((told["told"], told["told_beyond_always"], told["always"]), (3, 3, 0))
        self.assertEqual(told["f1"]["empty"][:3], [1, 1, 1])


if __name__ == "__main__":
    unittest.main()
