// What the features of an SAE read and write, found by runs whose activations are replaced: nothing here knows where a weight lies.
import { GlasshouseError } from '../api/error.ts';
import type { WireEdit } from './protocol.ts';
import type { Resident } from './resident.ts';

/** An SAE of a session. */
export interface Dictionary {
  readonly model: Resident;
  /** The session's number of it. */
  readonly sae: number;
  readonly hook: string;
  readonly d_sae: number;
}

interface Look {
  readonly hooks?: readonly string[];
  readonly edits?: readonly WireEdit[];
  readonly logits?: boolean;
  readonly errorTerm?: boolean;
}

/** Rows of numbers. */
export interface Rows {
  readonly data: Float32Array;
  readonly width: number;
}

export const row = ({ data, width }: Rows, index: number): Float32Array => data.subarray(index * width, (index + 1) * width);

export const acts = ({ hook }: Dictionary): string => `${hook}.hook_sae_acts_post`;

/** One run with the SAE spliced in; what was captured, by hook, and the logits. */
export async function look(at: Dictionary, tokens: readonly number[], { hooks = [], edits = [], logits = false, errorTerm = true }: Look, values: Float32Array[] = []): Promise<ReadonlyMap<string, Rows>> {
  const saes = [{ sae: at.sae, errorTerm }];
  const { tensors } = await at.model.session.run({ tokens: [...tokens], hooks, edits, topFeatures: [], saes, logits }, values);
  return new Map(tensors.map(({ name, shape, data }) => [name, { data, width: shape.slice(1).reduce((size, extent) => size * extent, 1) }]));
}

export function found(tensors: ReadonlyMap<string, Rows>, hook: string): Rows {
  const rows = tensors.get(hook);
  if (!rows) throw new GlasshouseError('internal', `The engine returned no ${hook}.`);
  return rows;
}

/** Any token will do where activations are replaced. */
const filler = (positions: number): number[] => Array.from({ length: positions }, () => 0);

const mostRows = ({ model }: Dictionary): number => model.session.describe().config.n_ctx - 1;

/** What an affine map does to each of `given`: its value there minus its value at 0, the row before them. */
async function linear(at: Dictionary, hook: string, given: Rows, wanted: readonly string[], logits: boolean): Promise<Rows[]> {
  const { data, width } = given;
  const padded = new Float32Array(data.length + width);
  padded.set(data, width);
  const positions = padded.length / width;
  const edits: WireEdit[] = [{ hook, how: 'replace', value: { tensor: 0, shape: [positions, width] } }];
  const tensors = await look(at, filler(positions), { hooks: wanted, edits, logits, errorTerm: false }, [padded]);
  return [...wanted, ...(logits ? ['logits'] : [])].map((name) => {
    const rows = found(tensors, name);
    const first = row(rows, 0);
    return { data: rows.data.subarray(rows.width).map((value, index) => value - (first[index % rows.width] ?? 0)), width: rows.width };
  });
}

/** Where the hook's activations reach the residual stream without passing anything that is not linear; null where they do not. */
function outlet(hook: string): string | null {
  const block = hook.split('.').slice(0, 2).join('.');
  if (hook.endsWith('.mlp.hook_post')) return `${block}.hook_mlp_out`;
  if (hook.endsWith('.attn.hook_z')) return `${block}.hook_attn_out`;
  return /hook_(resid_(pre|mid|post)|mlp_out|attn_out)$/.test(hook) ? hook : null;
}

function oneHot(from: number, to: number, width: number): Rows {
  const data = new Float32Array((to - from) * width);
  for (let index = from; index < to; index += 1) data[(index - from) * width + index] = 1;
  return { data, width };
}

/** Decoder rows of some features, and what each writes into the residual stream per unit of activation (null where that is not linear). */
export async function decoded(at: Dictionary, from: number, to: number): Promise<{ decoder: Rows; written: Rows | null }> {
  const recons = `${at.hook}.hook_sae_recons`;
  const out = outlet(at.hook);
  const wanted = out === null || out === at.hook ? [recons] : [recons, out];
  const [decoder, written] = await linear(at, acts(at), oneHot(from, to, at.d_sae), wanted, false);
  if (!decoder) throw new GlasshouseError('internal', 'The engine decoded nothing.');
  return { decoder, written: out === at.hook ? decoder : (written ?? null) };
}

/** The gain of the final norm, and whether it centres; measured, so that it does not matter whether it was folded. */
async function finalNorm(at: Dictionary): Promise<{ hook: string; gain: Float32Array; centres: boolean }> {
  const { config, hooks } = at.model.session.describe();
  const last = `blocks.${config.n_layers - 1}.hook_resid_post`;
  const hook = 'ln_final.hook_normalized';
  if (!hooks.includes(hook)) return { hook: last, gain: new Float32Array(config.d_model).fill(1), centres: false };
  const centres = String(config['normalization_type']).startsWith('LN');
  const signs = Float32Array.from({ length: config.d_model }, (_, index) => (index % 2 ? -1 : 1));
  const mean = centres ? signs.reduce((sum, sign) => sum + sign, 0) / signs.length : 0;
  const values = new Float32Array(2 * signs.length);
  values.set(signs, signs.length);
  const edits: WireEdit[] = [{ hook: last, how: 'replace', value: { tensor: 0, shape: [2, signs.length] } }];
  const tensors = await look(at, filler(2), { hooks: ['ln_final.hook_scale', hook], edits, errorTerm: false }, [values]);
  const normalized = found(tensors, hook);
  const scale = found(tensors, 'ln_final.hook_scale').data[1] ?? 1;
  const [bias, there] = [row(normalized, 0), row(normalized, 1)];
  return { hook, gain: signs.map((sign, index) => (((there[index] ?? 0) - (bias[index] ?? 0)) * scale) / (sign - mean)), centres };
}

/** Each row as the final norm hands it on, without its division. */
export async function handedOn(at: Dictionary, { data, width }: Rows): Promise<Rows> {
  const { gain, centres } = await finalNorm(at);
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    let mean = 0;
    if (centres) for (let index = 0; index < width; index += 1) mean += (data[start + index] ?? 0) / width;
    for (let index = 0; index < width; index += 1) out[start + index] = ((data[start + index] ?? 0) - mean) * (gain[index] ?? 0);
  }
  return { data: out, width };
}

/** The logits of rows behind the final norm, centred over the vocabulary: `[row, d_vocab]`. */
export async function unembedded(at: Dictionary, rows: Rows): Promise<Rows> {
  const { hook } = await finalNorm(at);
  const [logits] = await linear(at, hook, rows, [], true);
  if (!logits) throw new GlasshouseError('internal', 'The engine returned no logits.');
  const { data, width } = logits;
  for (let start = 0; start < data.length; start += width) {
    const one = data.subarray(start, start + width);
    const mean = one.reduce((sum, value) => sum + value, 0) / width;
    one.forEach((value, index) => (one[index] = value - mean));
  }
  return logits;
}

/** `W_U` behind the final norm, centred over the vocabulary: `[d_model, d_vocab]`. */
export async function unembedding(at: Dictionary): Promise<Rows> {
  const { d_model } = at.model.session.describe().config;
  const parts: Rows[] = [];
  for (const [from, to] of chunks(d_model, mostRows(at))) parts.push(await unembedded(at, oneHot(from, to, d_model)));
  return joined(parts);
}

/** All features, so many at a time; between two runs others may ask. */
export async function allDecoded(at: Dictionary, inTurn: <T>(job: () => Promise<T>) => Promise<T>): Promise<{ unit: Rows; written: Rows | null }> {
  const parts = [];
  for (const [from, to] of chunks(at.d_sae, mostRows(at))) parts.push(await inTurn(() => decoded(at, from, to)));
  const unit = joined(parts.map(({ decoder }) => decoder));
  for (let start = 0; start < unit.data.length; start += unit.width) normalise(unit.data.subarray(start, start + unit.width));
  const written = parts.flatMap((part) => part.written ?? []);
  return { unit, written: written.length === parts.length ? await inTurn(() => handedOn(at, joined(written))) : null };
}

function chunks(count: number, most: number): [number, number][] {
  return Array.from({ length: Math.ceil(count / most) }, (_, index) => [index * most, Math.min(count, (index + 1) * most)]);
}

function joined(parts: readonly Rows[]): Rows {
  const data = new Float32Array(parts.reduce((size, part) => size + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, width: parts[0]?.width ?? 1 };
}

export const length = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** Brings a vector to length 1, in place; 0 stays 0. */
export function normalise(vector: Float32Array): Float32Array {
  const norm = length(vector);
  return norm > 0 ? vector.map((value, index) => (vector[index] = value / norm)) : vector;
}

/** The inner product of each row with a vector. */
export function products({ data, width }: Rows, vector: Float32Array): Float32Array {
  return Float32Array.from({ length: data.length / width }, (_, index) => {
    let sum = 0;
    for (let i = 0, at = index * width; i < width; i += 1, at += 1) sum += (data[at] ?? 0) * (vector[i] ?? 0);
    return sum;
  });
}

/** The indices of the `k` largest entries, the largest first. */
export function largest(values: Float32Array, k: number): number[] {
  return Array.from(values, (_, index) => index).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).slice(0, k);
}
