// The worker's part of features: cards, neighbours, who promotes a token, steering. Runs give way to other requests between one another.
import type { FeatureCard, FeatureEffect, FeatureNeighbour, TokenEffect } from '../api/features.d.ts';
import { GlasshouseError } from '../api/error.ts';
import {
  allDecoded, decoded, handedOn, largest, length, normalise, products, row, unembedded, unembedding, type Dictionary, type Rows,
} from './dictionary.ts';
import type { FeatureAnswers, FeatureAsk } from './features-protocol.ts';
import type { Resident } from './resident.ts';
import { steer, sweep } from './steering.ts';

type InLine = <T>(signal: AbortSignal, job: () => T | Promise<T>) => Promise<T>;

/** What was read of all features at once, by the session's number of the SAE. */
interface Whole {
  readonly unit: Rows;
  readonly written: Rows | null;
  /** `W_U`, once it was asked for. */
  unembedding: Rows | null;
}

const wholes = new WeakMap<Resident, Map<number, Whole>>();

export async function answerFeatures(
  ask: FeatureAsk, signal: AbortSignal, inLine: InLine, resident: (model: number) => Resident,
): Promise<FeatureAnswers[FeatureAsk['kind']]> {
  const model = resident(ask.model);
  const sae = model.saes.get(ask.saes[0].sae);
  if (sae === undefined) throw new GlasshouseError('disposed', 'The SAE was detached; attach it again to use it.');
  const at: Dictionary = { model, sae, hook: ask.hook, d_sae: ask.d_sae };
  const inTurn = <T>(job: () => Promise<T>) => inLine(signal, job);
  switch (ask.kind) {
    case 'featureCard':
      return inTurn(() => card(at, ask.feature, ask.k));
    case 'featureNeighbours':
      return neighbours(await whole(at, inTurn), ask.feature, ask.k);
    case 'featurePromoting':
      return promoting(at, await whole(at, inTurn), ask.token, ask.k, inTurn);
    case 'featureTexts':
      return (await model.named(ask.ids.map((id) => ({ id, prob: 0 })))).map(({ text }) => text);
    case 'featureSteer':
      return steer(at, ask.tokens, ask.push, ask, inTurn);
    case 'featureSweep':
      return sweep(at, ask.pushes, ask, inTurn);
  }
}

async function card(at: Dictionary, index: number, k: number): Promise<FeatureCard> {
  const { decoder, written } = await decoded(at, index, index + 1);
  const effects = written ? (await unembedded(at, await handedOn(at, written))).data : new Float32Array();
  const named = async (ids: readonly number[]): Promise<TokenEffect[]> => {
    const tokens = await at.model.named(ids.map((id) => ({ id, prob: 0 })));
    return tokens.map(({ id, text }) => ({ id, text, logit: effects[id] ?? 0 }));
  };
  const decoderNorm = length(decoder.data);
  const unit = normalise(decoder.data.slice());
  return {
    index, decoderNorm,
    promoted: await named(largest(effects, k)),
    suppressed: await named(largest(effects.map((effect) => -effect), k)),
    neurons: largest(unit.map(Math.abs), k).map((neuron) => ({ index: neuron, weight: unit[neuron] ?? 0 })),
  };
}

async function whole(at: Dictionary, inTurn: <T>(job: () => Promise<T>) => Promise<T>): Promise<Whole> {
  const known = wholes.get(at.model) ?? new Map<number, Whole>();
  wholes.set(at.model, known);
  const there = known.get(at.sae);
  if (there) return there;
  const living = [...at.model.saes.values()];
  for (const number of known.keys()) if (!living.includes(number)) known.delete(number);
  const fresh: Whole = { ...(await allDecoded(at, inTurn)), unembedding: null };
  known.set(at.sae, fresh);
  return fresh;
}

function neighbours({ unit }: Whole, feature: number, k: number): FeatureNeighbour[] {
  const cosines = products(unit, row(unit, feature));
  return largest(cosines, k + 1).filter((index) => index !== feature).slice(0, k).map((index) => ({ index, cosine: cosines[index] ?? 0 }));
}

async function promoting(at: Dictionary, all: Whole, token: number, k: number, inTurn: <T>(job: () => Promise<T>) => Promise<T>): Promise<FeatureEffect[]> {
  const { written } = all;
  if (!written) throw new GlasshouseError('bad-input', `What is written at ${at.hook} does not reach the logits directly.`);
  const wu = (all.unembedding ??= await inTurn(() => unembedding(at)));
  const column = Float32Array.from({ length: written.width }, (_, index) => wu.data[index * wu.width + token] ?? 0);
  const effects = products(written, column);
  return largest(effects, k).map((index) => ({ index, logit: effects[index] ?? 0 }));
}
