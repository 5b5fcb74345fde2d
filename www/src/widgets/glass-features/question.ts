/** One question to the engine and its answer: from settings to a view, and what follows after the first picture. */
import { GlasshouseError } from '../../api/error.ts';
import type { AttachedSae, Model } from '../../api/glasshouse.d.ts';
import { seeded } from '../../base/random.ts';
import type { Cards } from './cards.ts';
import { checkAmount, checkFeature, checkHow, checkTemperature, place, range, steps, type Settings } from './settings.ts';
import { activeAt, firingOn, maximumOf, overText, type Found, type More, type Reading, type View } from './view.ts';

/** What stays in memory as long as the dictionary does. */
export interface Open {
  readonly model: Model;
  readonly sae: AttachedSae;
  readonly cards: Cards;
}

/** Answers of before, by question: a slider does not read the text anew. */
export class Memory {
  readonly #known = new Map<string, Promise<unknown>>();

  /** Failures and what was given up are not remembered. */
  of<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key) as Promise<T> | undefined;
    if (known) return known;
    const fresh = make();
    this.#known.set(key, fresh);
    fresh.catch(() => this.#known.delete(key));
    if (this.#known.size > 64) this.#known.delete(this.#known.keys().next().value as string);
    return fresh;
  }
}

/** More features than fire at a token. */
const MOST_ACTIVE = 128;
const LISTED = 10;
export const SAMPLED = 24;
/** UTF-16 units per token are rarely more: a pasted book costs no more than a page. */
const UNITS_PER_TOKEN = 16;

async function read({ model, sae }: Open, text: string): Promise<Reading> {
  const { n_ctx } = model.config;
  const all = await model.tokenize(text.slice(0, n_ctx * UNITS_PER_TOKEN));
  const tokens = all.slice(0, n_ctx);
  if (tokens.length === 0) throw new GlasshouseError('bad-input', 'There is no text to read.');
  const hook = `${sae.hook}.hook_sae_acts_post`;
  const run = await model.runWithCache(tokens.map(({ id }) => id), { topFeatures: [{ hook, k: Math.min(MOST_ACTIVE, sae.config.d_sae) }] });
  const top = run.topFeatures[hook];
  if (!top) throw new GlasshouseError('internal', 'The engine returned no features.');
  return { tokens, cut: tokens.length < all.length || text.length > n_ctx * UNITS_PER_TOKEN, top };
}

export async function ask(open: Open, settings: Settings, memory: Memory): Promise<View> {
  const { model, sae, cards } = open;
  const how = checkHow(settings.how);
  const temperature = checkTemperature(settings.temperature);
  const reading = await memory.of(`read ${settings.text}`, () => read(open, settings.text));
  const position = place(settings.position, reading.tokens.length);
  const feature = settings.feature === null ? (activeAt(reading, position)[0]?.index ?? 0) : checkFeature(settings.feature, sae.config.d_sae);
  const firing = cards.passages?.firing(feature) ?? null;
  const card = await memory.of(`card ${feature}`, () => sae.feature(feature, { k: LISTED }));
  const ids = [...new Set(firing?.passages.flatMap((passage) => passage.ids) ?? [])];
  const texts = await memory.of(`texts ${feature}`, () => sae.tokenTexts(ids));
  const amount = settings.amount === null ? range(how, maximumOf(firing, reading, feature)).usual : checkAmount(settings.amount);
  return {
    ...reading, position, feature, count: sae.config.d_sae, width: sae.config.d_in, hook: sae.hook, card, firing, passages: cards.passages, evaluation: cards.evaluation,
    texts: new Map(ids.map((id, index) => [id, texts[index] ?? `#${id}`])),
    push: { feature, how, amount }, temperature, seed: settings.seed, backend: model.backend,
  };
}

/** What takes longer, told piece by piece. */
export async function follow(
  { model, sae, cards }: Open, view: View, settings: Settings, memory: Memory, signal: AbortSignal, tell: (more: Partial<More>) => void,
): Promise<void> {
  const { feature, push, seed, temperature } = view;
  const amounts = steps(push.how, maximumOf(view.firing, view, feature));
  const { sizesFor } = await import('./sizes.ts');
  const sizes = await sizesFor(model, settings, amounts.length);
  signal.throwIfAborted();
  const [draws, count] = [sizes.directions.used, sizes.passages.used];
  tell({ sizes });
  const tokens = lastTokens(view.tokens.map(({ id }) => id), model.config.n_ctx - SAMPLED);
  const key = `${push.how} ${feature} ${seed} ${tokens.join()}`;
  const steering = await memory.of(`steer ${push.amount} ${temperature} ${draws} ${key}`, () => sae.steer({ tokens, ...push, temperature, seed, draws, length: SAMPLED, signal }));
  tell({ steering });
  signal.throwIfAborted();
  tell({ neighbours: await memory.of(`neighbours ${feature}`, () => sae.neighbours(feature, { k: 6 })) });
  signal.throwIfAborted();
  const heldOut = heldOutTexts(cards, view, model, count);
  const wanted = view.card.promoted.map(({ id }) => id);
  tell({ sweep: await memory.of(`sweep ${count} ${key}`, () => sae.sweep({ tokens, feature, how: push.how, amounts, heldOut, wanted, seed, signal })) });
}

/** The end of a text that is too long to be continued, its first token kept where it is BOS. */
function lastTokens(ids: readonly number[], most: number): number[] {
  return ids.length <= most ? [...ids] : [...ids.slice(0, 1), ...ids.slice(ids.length - most + 1)];
}

/** Passages of held-out text; without any, the reader's own text. */
function heldOutTexts({ passages }: Cards, view: View, model: Model, count: number): number[][] {
  const bos = model.config.bos_token_id;
  const texts = passages?.some(count, seeded(1)) ?? [];
  if (texts.length === 0) return [view.tokens.map(({ id }) => id)];
  return texts.map((ids) => (bos === undefined ? ids : [bos, ...ids]));
}

/** Features that fire on a token, and those that promote it. */
export async function search({ model, sae, cards }: Open, view: View, text: string): Promise<Found | null> {
  const [token] = await model.tokenize(text, { prependBos: false });
  if (!token) return null;
  return {
    text: token.text, token: token.id,
    promoting: await sae.promoting(token.id, { k: LISTED }),
    peaking: cards.passages?.peakingAt(token.id, LISTED) ?? [],
    here: firingOn(view, token.id).slice(0, LISTED),
  };
}

/** The token at which a feature is strongest; the present one where it does not fire. */
export function strongestPosition(view: View, feature: number): number {
  const values = overText(view, feature);
  const most = Math.max(...values);
  return most > 0 ? values.indexOf(most) : view.position;
}
