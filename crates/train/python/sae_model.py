"""A sparse autoencoder in SAELens's words, and its gradients written out.

BatchTopK (Bussmann, Leask & Nanda, 2024): a batch of n activations keeps its k·n largest pre-activations above 0, so
one threshold holds for all; a running mean of it stays when training ends, which makes the autoencoder a JumpReLU.
Here the threshold is read off some rows of each batch. So few features pass that products with them are sparse:
autograd's dense ones would take twice as long on a CPU.
"""

import json
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from export import write_atomically

warnings.filterwarnings("ignore", message="Sparse CSR tensor support")  # nothing but products of theirs is used
SAE_LENS = "6.54.12"  # the version whose fields and tensor names are written
THRESHOLD_ROWS = 128
PARAMETERS = ("W_enc", "b_enc", "W_dec", "b_dec")


class Dictionary:
    """`features = pre where pre > threshold`, `pre = x · W_enc + b_enc`; `reconstruction = features · W_dec + b_dec`."""

    def __init__(self, W_enc, b_enc, W_dec, b_dec, threshold):
        self.W_enc, self.b_enc, self.W_dec, self.b_dec = W_enc, b_enc, W_dec, b_dec
        self.threshold = threshold

    @classmethod
    def start(cls, x, d_sae, k, seed):
        """Decoder directions are drawn from `x` `[row, d_in]` around its mean, and the encoder looks along them, so
        weakly that all that fires at a token adds up to it."""
        chosen = torch.randint(len(x), (d_sae,), generator=torch.Generator().manual_seed(seed))
        directions = unit(x[chosen] - x.mean(0))
        return cls.along(directions, x, k)

    @classmethod
    def along(cls, directions, x, k):
        """The same for given directions `[d_sae, d_in]`."""
        mean = x.mean(0)
        started = cls(directions.T.contiguous(), -(directions @ mean), directions.clone(), mean, 0.0)
        started.threshold = started.threshold_of(x, k)
        some = x[:: max(1, len(x) // THRESHOLD_ROWS)]
        summed = started.encode(some) @ directions
        weak = ((some - mean) * summed).sum().item() / summed.pow(2).sum().item()
        started.W_enc, started.b_enc, started.threshold = (
            value * weak for value in (started.W_enc, started.b_enc, started.threshold)
        )
        return started

    def pre(self, x):
        return torch.addmm(self.b_enc, x, self.W_enc)

    def encode(self, x):
        """`[row, d_in]` to features `[row, d_sae]`, mostly zeros."""
        pre = self.pre(x)
        return pre.where(pre > self.threshold, 0)

    def decode(self, features):
        return torch.addmm(self.b_dec, features, self.W_dec)

    def threshold_of(self, x, k):
        """The pre-activation that `k` a row exceed, on rows spread over `x`."""
        pre = self.pre(x[:: max(1, len(x) // THRESHOLD_ROWS)])
        return max(0.0, pre.flatten().topk(k * len(pre)).values[-1].item())

    def gradients(self, x, k, decoder=True, silent=()):
        """Gradients of the mean squared distance to `x` by parameter name, the loss, and the features that fired.

        The features `silent` are taught to say what the others leave out (`teach`).
        """
        threshold = self.threshold_of(x, k)
        self.threshold = 0.99 * self.threshold + 0.01 * threshold
        pre = self.pre(x)
        rows, features = (pre > threshold).nonzero().T
        active = Sparse(rows, features, pre[rows, features], pre.shape)
        error = active.times(self.W_dec) + self.b_dec - x
        d_recons = error * (2 / len(x))
        d_active = Sparse(rows, features, torch.mm(d_recons, self.W_dec.T, out=pre)[rows, features], pre.shape)
        by_name = {"W_enc": d_active.transposed_times(x).T, "b_enc": d_active.sum_rows(), "b_dec": d_recons.sum(0)}
        if decoder:
            by_name["W_dec"] = active.transposed_times(d_recons)
        if len(silent):
            self.teach(silent, x, -error, by_name)
        if decoder:
            d_dec = by_name["W_dec"]
            by_name["W_dec"] = d_dec - (d_dec * self.W_dec).sum(-1, keepdim=True) * self.W_dec  # lengths stay 1
        return by_name, error.pow(2).sum(-1).mean().item(), features.unique()

    def teach(self, silent, x, residual, by_name):
        """Adds the gradients of the auxiliary loss of Gao et al. (2024) as SAELens weighs it: at every row the d_in/2
        silent features with the largest pre-activations reconstruct `residual`, which itself is held fixed."""
        most = x.shape[1] // 2
        directions = self.W_dec[silent]
        pre = torch.addmm(self.b_enc[silent], x, self.W_enc[:, silent])
        values, which = pre.relu().topk(min(most, len(silent)))
        features = torch.zeros_like(pre).scatter_(1, which, values)
        weight = min(1.0, len(silent) / most)
        d_recons = (features @ directions - residual) * (2 * weight / len(x))
        d_features = (d_recons @ directions.T) * (features > 0)
        by_name["W_enc"][:, silent] += x.T @ d_features
        by_name["b_enc"][silent] += d_features.sum(0)
        by_name["W_dec"][silent] += features.T @ d_recons

    def replace(self, features, x):
        """New directions for features that never fire: towards activations `x` `[len(features), d_in]`, where they will."""
        away = x - self.b_dec
        directions = unit(away)
        # A little above the threshold at the activation itself, the further below the less another one looks like it.
        reach = 1.2 * self.threshold / away.norm(dim=-1).clamp(min=1e-8)
        self.W_dec[features] = directions
        self.W_enc[:, features] = directions.T * reach
        self.b_enc[features] = -(directions @ self.b_dec) * reach

    def save(self, folder, hook, model_name, k, dtype=torch.float16):
        """A folder that SAELens reads."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        d_in, d_sae = self.W_enc.shape
        tensors = {name: getattr(self, name).to(dtype).contiguous() for name in PARAMETERS}
        tensors["threshold"] = torch.full((d_sae,), self.threshold, dtype=dtype)
        write_atomically(folder / "sae_weights.safetensors", lambda path: save_file(tensors, path))
        config = {
            "architecture": "jumprelu",
            "d_in": d_in,
            "d_sae": d_sae,
            "dtype": "float32",
            "device": "cpu",
            "apply_b_dec_to_input": False,
            "normalize_activations": "none",
            "reshape_activations": "none",
            "metadata": {
                "sae_lens_version": SAE_LENS,
                "training_architecture": "batchtopk",
                "training_architecture_details": {"k": k},
                "hook_name": hook,
                "model_name": model_name,
                "prepend_bos": True,
            },
        }
        write_atomically(folder / "cfg.json", lambda path: path.write_text(json.dumps(config, indent=1) + "\n"))

    @classmethod
    def load(cls, folder):
        """Weights as rounded on disk, in f32."""
        tensors = {name: value.float() for name, value in load_file(Path(folder) / "sae_weights.safetensors").items()}
        threshold = tensors.pop("threshold")
        return cls(**tensors, threshold=threshold[0].item())


class Sparse:
    """A `[rows, columns]` matrix of few entries, given row by row."""

    def __init__(self, rows, columns, values, shape):
        self.rows, self.columns, self.values, self.shape = rows, columns, values, shape

    def times(self, dense):
        return compressed(self.rows, self.columns, self.values, self.shape) @ dense

    def transposed_times(self, dense):
        order = self.columns.argsort(stable=True)
        turned = (self.columns[order], self.rows[order], self.values[order], self.shape[::-1])
        return compressed(*turned) @ dense

    def sum_rows(self):
        return torch.zeros(self.shape[1]).index_add_(0, self.columns, self.values)


def compressed(rows, columns, values, shape):
    begins = torch.zeros(shape[0] + 1, dtype=torch.int64)
    torch.cumsum(rows.bincount(minlength=shape[0]), 0, out=begins[1:])
    return torch.sparse_csr_tensor(begins, columns, values, size=tuple(shape), check_invariants=False)


def unit(rows):
    return rows / rows.norm(dim=-1, keepdim=True).clamp(min=1e-8)


def random_directions(d_sae, d_in, seed):
    """Unit vectors drawn evenly from the sphere, `[d_sae, d_in]`."""
    return unit(torch.randn(d_sae, d_in, generator=torch.Generator().manual_seed(seed)))
