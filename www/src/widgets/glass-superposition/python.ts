import { report, type Shot } from './view.ts';

const list = (values: ArrayLike<number>): string => `[${Array.from(values, (value) => Number(value.toPrecision(7))).join(', ')}]`;

/** So many models at most: a whole phase diagram would take PyTorch hours. */
const MOST_MODELS = 64;

/** A PyTorch program that trains the same models on the same samples, and prints what the page shows. */
export function python(shot: Shot, chosen: number): string {
  const { plan } = shot;
  const { settings } = plan;
  const { nFeatures: n, nHidden: m } = settings;
  const every = plan.instances <= MOST_MODELS ? Array.from({ length: plan.instances }, (_, index) => index) : [chosen];
  const models = every.map((index) => {
    const weights = settings.importance.subarray(index * n, (index + 1) * n);
    return `    (${settings.seeds[index]}, ${shot.report.instances[index]?.start ?? 0}, ${Number((settings.density[index] ?? 1).toPrecision(7))}, ${list(weights)}),`;
  });
  const shown = report(shot, chosen);
  return `# pip install torch numpy
# Trains the models of <glass-superposition> anew, on the same samples from the same initial weights.${plan.instances > MOST_MODELS ? `
# The page trained ${plan.instances} models; this is the one that was chosen there.` : ''}
# The page says: model ${chosen + 1} after ${shot.report.step} steps has loss ${Number(shown.loss.toPrecision(6))} (${shown.geometry}).
import numpy as np
import torch

N, M = ${n}, ${m}  # features, hidden dimensions
TASK, ACTIVATION, CORRELATION = "${settings.task}", "${settings.activation}", "${settings.correlation}"
FIXED_SAMPLES, BATCH, STEPS = ${settings.samples}, ${settings.batch}, ${shot.report.step}
LEARNING_RATE, WEIGHT_DECAY = ${plan.recipe.learningRate}, ${plan.recipe.weightDecay}
MODELS = [  # seed, which draw of its initial weights${settings.starts > 1 ? ` (of ${settings.starts} the one that won the race in the page)` : ''}, density p = 1 - S, importance of each feature
${models.join('\n')}
]
HELD_OUT = ${shot.report.samples}
TRAINING, HELD_OUT_STREAM = 1, 2


def philox(counter, key):
    """Philox 4x32-10 (Salmon et al. 2011): four uint32 words for each counter."""
    mask = np.uint64(0xFFFFFFFF)
    a, b, c, d = (np.asarray(x, np.uint64) for x in counter)
    k0, k1 = key
    for _ in range(10):
        first, second = np.uint64(0xD2511F53) * a, np.uint64(0xCD9E8D57) * c
        a, b, c, d = (second >> np.uint64(32)) ^ b ^ np.uint64(k0), second & mask, (first >> np.uint64(32)) ^ d ^ np.uint64(k1), first & mask
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return a, b, c, d


def threefry(counter, key):
    """Threefry 4x32-13 (the same authors): the same for the samples."""
    a, b, c, d = (np.asarray(x, np.uint32) for x in counter)
    key = [*key, 0, 0, 0x1BD11BDA ^ key[0] ^ key[1]]
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
    return tuple(x.astype(np.uint64) for x in (a, d, c, b))


def initial(seed, start, count):
    """Standard normal numbers, by Box and Muller."""
    zero = np.zeros((count + 1) // 2, np.uint64)
    words = np.stack(philox((np.arange(len(zero)), zero, zero + np.uint64(start), zero), (seed, 0)), 1).reshape(-1, 2)
    uniform = (words >> np.uint64(8)) / 2**24
    return (np.sqrt(-2 * np.log(1 - uniform[:, 0])) * np.cos(2 * np.pi * uniform[:, 1]))[:count].astype(np.float32)


def samples(seed, density, step, count, stream=TRAINING):
    """[count, N]: one word per feature says whether it is on and what it is."""
    s, i = np.arange(count)[:, None], np.arange(N)[None, :]
    counter = (8 * (s // 32) + s % 8 + 0 * i, i + 0 * s, np.full((count, N), step), np.zeros((count, N)))
    words = np.choose((s // 8) % 4 + 0 * i, threefry(counter, (seed, stream)))
    on = int(np.float64(np.float32(density)) * 2**32)
    gate, first, end = words, np.zeros(N), np.full(N, on)
    if CORRELATION != "none":
        partner = np.where((i[0] ^ 1) < N, i[0] - i[0] % 2, i[0])
        gate = words[:, partner]  # the even one of a pair decides
        if CORRELATION == "anticorrelated":
            odd, paired = i[0] % 2 == 1, (i[0] ^ 1) < N
            first = np.where(paired & odd, on // 2, 0)
            end = np.where(paired, np.where(odd, 2 * (on // 2), on // 2), on)
    spread = (words * np.uint64(0x9E3779B9)) & np.uint64(0xFFFFFFFF)
    if TASK == "absolute":
        value = ((spread >> np.uint64(7)).astype(np.int64) - 2**24) / 2**24
    else:
        value = (spread >> np.uint64(8)) / 2**24
    return torch.tensor(np.where((gate >= first) & (gate < end), value, 0).astype(np.float32))


def loss_of(x, w, w2, b, importance):
    hidden = x @ w.T
    if TASK == "absolute":
        hidden, target = hidden.relu(), x.abs()
    else:
        target = x
    out = hidden @ (w if w2 is None else w2.T) + b
    if ACTIVATION == "relu":
        out = out.relu()
    return (importance * (out - target) ** 2).mean()  # over samples and features


for seed, start, density, importance in MODELS:
    importance = torch.tensor(importance)
    weights = np.float32((2 / (N + M)) ** 0.5) * initial(seed, start, M * N * ${settings.tied ? 1 : 2})
    w = torch.tensor(weights[: M * N].reshape(M, N), requires_grad=True)
    w2 = ${settings.tied ? 'None' : 'torch.tensor(weights[M * N :].reshape(N, M), requires_grad=True)'}
    b = torch.zeros(N, requires_grad=True)
    optimiser = torch.optim.AdamW([p for p in (w, w2, b) if p is not None], lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for step in range(STEPS):
        x = samples(seed, density, 0 if FIXED_SAMPLES else step, FIXED_SAMPLES or BATCH)
        optimiser.zero_grad()
        loss_of(x, w, w2, b, importance).backward()
        optimiser.step()
    with torch.no_grad():
        held_out = loss_of(samples(seed, density, 0, HELD_OUT, HELD_OUT_STREAM), w, w2, b, importance).item()
        norms = w.norm(dim=0)
        overlap = (w / norms).T @ w
        dimensionality = norms**2 / (overlap**2).sum(1)
        print(f"seed {seed}, density {density}: loss {held_out:.6g}, D* {M / (w**2).sum().item():.4f}")
        print("  norms", [round(v, 4) for v in norms.tolist()])
        print("  dimensionality", [round(v, 4) for v in dimensionality.tolist()])
        print("  bias", [round(v, 4) for v in b.tolist()])
`;
}
