// A feature that is pushed at every position, beside random directions of the same length: next tokens, samples, damage.
import type { Push, SteeredText, SteerReport, SweepReport } from '../api/features.d.ts';
import { seeded } from '../base/random.ts';
import { acts, decoded, found, length, look, normalise, row, type Dictionary, type Rows } from './dictionary.ts';
import type { WireEdit } from './protocol.ts';

/** The model as it is, with the feature pushed, or with a random direction pushed as far as the feature would be. */
type Way = { readonly push: null } | { readonly push: Push; readonly along: null } | { readonly push: Push; readonly along: Float32Array; readonly firing: Firing };

/** The feature at each position of a text that nobody pushed. */
type Firing = (tokens: readonly number[]) => Promise<Float32Array>;

type InTurn = <T>(job: () => Promise<T>) => Promise<T>;

const LISTED = 10;
const FINE = 2 ** 30;

function edit(at: Dictionary, { feature, how, amount }: Push): WireEdit {
  const where = { hook: acts(at), features: [feature] };
  return how === 'scale' ? { ...where, how: 'scale', scale: amount } : { ...where, how: 'replace', value: amount };
}

const pushed = ({ how, amount }: Push, activation: number): number => (how === 'scale' ? amount * activation : amount) - activation;

/** Reads each text (by identity) once: amounts and directions change nothing about it. */
function firingOf(at: Dictionary, feature: number): Firing {
  const known = new WeakMap<readonly number[], Float32Array>();
  return async (tokens) => {
    const before = known.get(tokens);
    if (before) return before;
    const { data, width } = found(await look(at, tokens, { hooks: [acts(at)] }), acts(at));
    const activations = Float32Array.from(tokens, (_, position) => data[position * width + feature] ?? 0);
    known.set(tokens, activations);
    return activations;
  };
}

/** The logits of a text, gone one of the ways. Runs without a tensor of their own take over what the run before computed. */
async function logitsOf(at: Dictionary, tokens: readonly number[], way: Way): Promise<Rows> {
  if (way.push === null) return found(await look(at, tokens, { logits: true }), 'logits');
  if (way.along === null) return found(await look(at, tokens, { logits: true, edits: [edit(at, way.push)] }), 'logits');
  const { along, push } = way;
  const firing = await way.firing(tokens);
  const value = new Float32Array(firing.length * along.length);
  firing.forEach((activation, position) => {
    const step = pushed(push, activation);
    value.set(along.map((part) => step * part), position * along.length);
  });
  const edits: WireEdit[] = [{ hook: `${at.hook}.hook_sae_output`, how: 'add', value: { tensor: 0, shape: [firing.length, along.length] } }];
  return found(await look(at, tokens, { logits: true, edits }, [value]), 'logits');
}

function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logits.map((logit) => Math.exp(logit - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

const lastProbs = (logits: Rows): Float32Array => softmax(row(logits, logits.data.length / logits.width - 1));

/** KL(p‖q) in nats. */
function divergence(p: Float32Array, q: Float32Array): number {
  let sum = 0;
  p.forEach((share, id) => {
    if (share > 0) sum += share * Math.log(share / Math.max(q[id] ?? 0, 1e-30));
  });
  return Math.max(0, sum);
}

/** A random direction as long as a decoder row: Gaussian, so that no axis is favoured. */
function randomDirections(width: number, norm: number, seed: number): () => Float32Array {
  const draw = seeded(seed);
  const uniform = () => (draw(FINE) + 0.5) / FINE;
  const gauss = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return () => normalise(Float32Array.from({ length: width }, gauss)).map((part) => part * norm);
}

/** The token in which the cumulative probability passes `chance`; temperature 0 takes the likeliest. */
function drawn(logits: Float32Array, temperature: number, chance: number): number {
  if (temperature === 0) return logits.reduce((best, logit, id) => (logit > (logits[best] ?? 0) ? id : best), 0);
  const probs = softmax(logits.map((logit) => logit / temperature));
  let left = chance;
  const hit = probs.findIndex((prob) => (left -= prob) < 0);
  return hit < 0 ? probs.length - 1 : hit;
}

interface Sampling {
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
}

/** Continues a text; keys and values of what is there already are kept between the steps. */
async function text(at: Dictionary, tokens: readonly number[], way: Way, { length: count, temperature, seed }: Sampling): Promise<{ text: SteeredText; probs: Float32Array }> {
  const draw = seeded(seed);
  const ids = [...tokens];
  let probs: Float32Array | null = null;
  for (let step = 0; step < Math.max(1, count); step += 1) {
    const logits = await logitsOf(at, [...ids], way);
    probs ??= lastProbs(logits);
    if (count > 0) ids.push(drawn(row(logits, ids.length - 1), temperature, draw(FINE) / FINE));
  }
  const after = probs ?? new Float32Array();
  const likeliest = Array.from(after, (prob, id) => ({ id, prob })).sort((a, b) => b.prob - a.prob).slice(0, LISTED);
  const sampled = await at.model.named(ids.slice(tokens.length).map((id) => ({ id, prob: 0 })));
  return { text: { top: await at.model.named(likeliest), continuation: sampled.map(({ id, text: name }) => ({ id, text: name })) }, probs: after };
}

async function decoderNorm(at: Dictionary, feature: number): Promise<{ norm: number; width: number }> {
  const { decoder } = await decoded(at, feature, feature + 1);
  return { norm: length(decoder.data), width: decoder.width };
}

export async function steer(at: Dictionary, tokens: readonly number[], push: Push, sampling: Sampling & { readonly draws: number }, inTurn: InTurn): Promise<SteerReport> {
  const { norm, width } = await inTurn(() => decoderNorm(at, push.feature));
  const direction = randomDirections(width, norm, sampling.seed);
  const firing = firingOf(at, push.feature);
  const first = direction();
  const [before, after, random] = [
    await inTurn(() => text(at, tokens, { push: null }, sampling)),
    await inTurn(() => text(at, tokens, { push, along: null }, sampling)),
    await inTurn(() => text(at, tokens, { push, along: first, firing }, sampling)),
  ];
  const control = [divergence(before.probs, random.probs)];
  while (control.length < sampling.draws) {
    const logits = await inTurn(() => logitsOf(at, tokens, { push, along: direction(), firing }));
    control.push(divergence(before.probs, lastProbs(logits)));
  }
  const last = (await inTurn(() => firing(tokens))).at(-1) ?? 0;
  return {
    before: before.text, after: after.text, randomControl: random.text,
    divergence: { after: divergence(before.probs, after.probs), random: spread(control) },
    norm: Math.abs(tokens.length > 0 ? pushed(push, last) : 0) * norm,
  };
}

function spread(values: readonly number[]): SteerReport['divergence']['random'] {
  const sorted = [...values].sort((a, b) => a - b);
  const p95 = sorted[Math.min(sorted.length - 1, Math.ceil(0.95 * sorted.length) - 1)] ?? 0;
  return { mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length, p95, draws: sorted.length };
}

/** Mean loss over texts, nats per token after the first. */
async function loss(at: Dictionary, texts: readonly (readonly number[])[], way: Way, inTurn: InTurn): Promise<number> {
  let [sum, count] = [0, 0];
  for (const tokens of texts) {
    const logits = await inTurn(() => logitsOf(at, tokens, way));
    tokens.slice(1).forEach((next, position) => {
      const one = row(logits, position);
      const most = one.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const whole = one.reduce((all, logit) => all + Math.exp(logit - most), 0);
      sum += Math.log(whole) + most - (one[next] ?? 0);
      count += 1;
    });
  }
  return sum / count;
}

export async function sweep(
  at: Dictionary, pushes: readonly Push[],
  { tokens, heldOut, wanted, seed }: { readonly tokens: readonly number[]; readonly heldOut: readonly (readonly number[])[]; readonly wanted: readonly number[]; readonly seed: number },
  inTurn: InTurn,
): Promise<SweepReport> {
  const feature = pushes[0]?.feature ?? 0;
  const { norm, width } = await inTurn(() => decoderNorm(at, feature));
  const along = randomDirections(width, norm, seed)();
  const firing = firingOf(at, feature);
  const effect = async (way: Way) => {
    const probs = lastProbs(await inTurn(() => logitsOf(at, tokens, way)));
    return wanted.reduce((sum, id) => sum + (probs[id] ?? 0), 0);
  };
  const measured = async (way: Way) => ({ effect: await effect(way), loss: await loss(at, heldOut, way, inTurn) });
  const unsteered = await measured({ push: null });
  const report: SweepReport = {
    amounts: [], effect: [], randomEffect: [], loss: [], randomLoss: [], unsteered,
    heldOutTokens: heldOut.reduce((sum, ids) => sum + ids.length - 1, 0),
  };
  for (const push of pushes) {
    const [steered, random] = [await measured({ push, along: null }), await measured({ push, along, firing })];
    report.amounts.push(push.amount);
    report.effect.push(steered.effect);
    report.loss.push(steered.loss);
    report.randomEffect.push(random.effect);
    report.randomLoss.push(random.loss);
  }
  return report;
}
