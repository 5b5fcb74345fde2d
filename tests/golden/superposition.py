"""What PyTorch's autograd and AdamW make of toy models of superposition: 100 losses and the last parameters.

The samples and the initial weights are drawn here a second time, in numpy, from the written data rule (crates/toys/src/superposition/mod.rs),
so that both sides see the same numbers without a file of them.

    .venv-golden/bin/python tests/golden/superposition.py            # writes superposition.json beside this file
    .venv-golden/bin/python tests/golden/superposition.py --check    # compares with it

Pinned by requirements.txt: torch 2.15.0, numpy 2.4.6. float32 on one thread.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch

FILE = Path(__file__).with_name("superposition.json")
STEPS = 100
DEFAULTS = dict(
    nFeatures=5, nHidden=2, activation="relu", task="reconstruct", tied=True, correlation="none", samples=0, batch=64,
    learningRate=0.003, weightDecay=0.01, warmup=0, density=0.3, ratio=0.9, seed=7,
)
CASES = [
    {},
    {"activation": "linear", "density": 1.0},
    {"tied": False, "nFeatures": 6, "nHidden": 3, "weightDecay": 0.1},
    {"task": "absolute", "tied": False, "nFeatures": 4, "nHidden": 6},
    {"task": "absolute", "nFeatures": 7, "nHidden": 5},
    {"correlation": "correlated", "nFeatures": 4},
    {"correlation": "anticorrelated", "nFeatures": 5, "density": 0.5},
    {"samples": 37, "warmup": 30, "weightDecay": 0.3},
    {"nFeatures": 20, "nHidden": 5, "batch": 100, "density": 0.05, "ratio": 0.7, "seed": 4294967295},
]


def philox(counter, key):
    """Four words for every counter: arrays of uint64 below 2³², broadcast against one another."""
    a, b, c, d = np.broadcast_arrays(*(np.asarray(word, dtype=np.uint64) for word in counter))
    k0, k1 = key
    mask = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        first, second = np.uint64(0xD2511F53) * a, np.uint64(0xCD9E8D57) * c
        a, b, c, d = (second >> np.uint64(32)) ^ b ^ np.uint64(k0), second & mask, (first >> np.uint64(32)) ^ d ^ np.uint64(k1), first & mask
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([a, b, c, d])


def threefry(counter, key):
    """The same of Threefry with 13 rounds; the key has four words, too."""
    a, b, c, d = np.broadcast_arrays(*(np.asarray(word, dtype=np.uint32) for word in counter))
    key = [*key, 0x1BD11BDA ^ key[0] ^ key[1] ^ key[2] ^ key[3]]
    turns = [(10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20)]
    turn = lambda x, count: x << np.uint32(count) | x >> np.uint32(32 - count)
    for r in range(13):
        if r % 4 == 0:
            k = [key[(r // 4 + i) % 5] for i in range(4)]
            k[3] = (k[3] + r // 4) & 0xFFFFFFFF
            a, b, c, d = (x + np.uint32(y) for x, y in zip((a, b, c, d), k))
        first, second = turns[r % 8]
        a, c = a + b, c + d
        b, d = turn(d, second) ^ c, turn(b, first) ^ a
    return np.stack([a, d, c, b]).astype(np.uint64)


def samples(case, step):
    """`[batch, n]` of training step `step`."""
    n, batch = case["nFeatures"], case["samples"] or case["batch"]
    s, feature = np.arange(batch)[:, None], np.arange(n)[None, :]
    words = threefry((8 * (s // 32) + s % 8, feature, 0 if case["samples"] else step, 0), (case["seed"], 1, 0, 0))
    word = np.take_along_axis(words, np.broadcast_to(s // 8 % 4, (batch, n))[None], axis=0)[0]
    on = int(float(np.float32(case["density"])) * 2**32)
    paired = (feature ^ 1 < n) & (case["correlation"] != "none")
    gate = np.where(paired, np.take_along_axis(word, np.broadcast_to(feature & ~1, (batch, n)), axis=1), word)
    is_on = gate < on
    if case["correlation"] == "anticorrelated":
        halves = np.where(feature % 2 == 0, gate < on // 2, (gate >= on // 2) & (gate < on // 2 * 2))
        is_on = np.where(paired, halves, is_on)
    spread = word * np.uint64(0x9E3779B9) & np.uint64(0xFFFFFFFF)
    if case["task"] == "absolute":
        value = (spread >> np.uint64(7)).astype(np.float64) / 2**24 - 1
    else:
        value = (spread >> np.uint64(8)).astype(np.float64) / 2**24
    return torch.from_numpy(np.where(is_on, value, 0).astype(np.float32))


def normals(seed, count):
    """Box and Muller, one normal from two uniform numbers, in the order of the stream."""
    blocks = np.arange((2 * count + 3) // 4)
    words = philox((blocks, 0, 0, 0), (seed, 0)).T.reshape(-1)[: 2 * count]
    uniform = (words >> np.uint64(8)).astype(np.float64) / 2**24
    return (np.sqrt(-2 * np.log(1 - uniform[0::2])) * np.cos(math.tau * uniform[1::2])).astype(np.float32)


def train(case):
    n, m = case["nFeatures"], case["nHidden"]
    sigma = np.float32(math.sqrt(2 / (n + m)))
    drawn = torch.from_numpy(sigma * normals(case["seed"], n * m * (1 if case["tied"] else 2)))
    w = torch.nn.Parameter(drawn[: m * n].reshape(m, n).clone())
    w2 = None if case["tied"] else torch.nn.Parameter(drawn[m * n :].reshape(n, m).clone())
    b = torch.nn.Parameter(torch.zeros(n))
    parameters = [p for p in (w, w2, b) if p is not None]
    importance = torch.tensor([case["ratio"] ** i for i in range(n)])
    optimiser = torch.optim.AdamW(parameters, lr=case["learningRate"], weight_decay=case["weightDecay"])
    losses = []
    for step in range(STEPS):
        x = samples(case, step)
        hidden = x @ w.T
        if case["task"] == "absolute":
            hidden = torch.relu(hidden)
        out = hidden @ (w if w2 is None else w2.T) + b
        if case["activation"] == "relu":
            out = torch.relu(out)
        target = x.abs() if case["task"] == "absolute" else x
        loss = (importance * (target - out) ** 2).mean()
        for group in optimiser.param_groups:
            group["lr"] = case["learningRate"] * min(1, (step + 1) / max(1, case["warmup"]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return {"settings": case, "losses": losses, "parameters": [x for p in parameters for x in p.detach().reshape(-1).tolist()]}


def main():
    torch.set_num_threads(1)
    made = [train({**DEFAULTS, **case}) for case in CASES]
    if "--check" not in sys.argv:
        FILE.write_text("[\n" + ",\n".join(json.dumps(case) for case in made) + "\n]\n")
        return
    for new, old in zip(made, json.loads(FILE.read_text()), strict=True):
        assert new["settings"] == old["settings"]
        np.testing.assert_allclose(new["losses"], old["losses"], rtol=1e-5)


if __name__ == "__main__":
    main()
