/** One question to the engine and its answer with the control: from settings to a view. */
import { GlasshouseError } from '../../api/error.ts';
import type { InductionReport, Model } from '../../api/glasshouse.d.ts';
import type { Token } from '../../marks/token-text.ts';
import { checkHead, controlAblations, formatAblations, parseAblations, parseIds, prependsBos } from './settings.ts';
import type { View } from './view.ts';

export interface Settings {
  readonly text: string;
  readonly tokens: string;
  readonly seed: number;
  readonly layer: number | null;
  readonly head: number | null;
  readonly position: number;
  readonly ablate: string;
}

/** How many next tokens are asked for. */
export const TOP_COUNT = 10;

/** The control run of the question before: it changes with the text, the heads and the seed, but not with the position. */
export interface ControlCache {
  key: string;
  value: View['control'];
}

export async function ask(model: Model, twin: Model | null, settings: Settings, cache: ControlCache, signal: AbortSignal): Promise<View> {
  const { config } = model;
  const { seed, layer, head } = settings;
  if (layer !== null && head !== null) checkHead({ layer, head }, config);
  const ablations = parseAblations(settings.ablate, config);
  if (!model.hasMeans && ablations.some(({ how }) => how === 'mean')) {
    throw new GlasshouseError('bad-input', 'This model folder has no means.safetensors, so a head can only be set to zero.');
  }
  const { tokens, cut } = await tokenise(model, settings, signal);
  const ids = tokens.map(({ id }) => id);
  const position = place(settings.position, ids.length);
  const options = { position, topK: TOP_COUNT, seed, ablations, signal, ...(twin && { twin }) };
  const report = await model.induction(ids, options);
  return {
    ids,
    tokens: named(tokens, report),
    cut,
    position,
    ablations,
    report,
    control: await control(model, ids, ablations, seed, cache, signal),
    heads: config.n_heads,
    layers: config.n_layers,
  };
}

/** Negative positions count from the end; a position past the end of a shortened text is its last. */
export const place = (position: number, count: number): number =>
  Math.max(0, Math.min(count - 1, position < 0 ? count + position : position));

/**
 * The first tokens of the text, as many as the model has positions. Only a prefix that is sure to hold them is read:
 * a pasted book costs no more than a page.
 */
async function tokenise(model: Model, { text, tokens: given }: Settings, signal: AbortSignal): Promise<{ tokens: Token[]; cut: boolean }> {
  const { config } = model;
  const room = config.n_ctx;
  if (given !== '') {
    const ids = parseIds(given, config);
    const bos = config.bos_token_id;
    const first = prependsBos(config) && bos !== undefined && ids[0] !== bos ? [{ id: bos, text: '', start: 0, end: 0 }] : [];
    const tokens = [...first, ...ids.map((id) => ({ id, text: '', start: null, end: null }))];
    return { tokens: tokens.slice(0, room), cut: tokens.length > room };
  }
  for (let units = 16 * room; ; units *= 4) {
    const tokens = await model.tokenize(text.slice(0, units), { signal });
    if (tokens.length > room || units >= text.length) return { tokens: tokens.slice(0, room), cut: tokens.length > room };
  }
}

/** Where ids were given, the answer knows their text. */
const named = (tokens: readonly Token[], report: InductionReport): Token[] =>
  tokens.map((token, index) => (token.text === '' ? { ...token, text: report.tokens[index]?.text ?? `#${token.id}` } : token));

async function control(
  model: Model, ids: number[], ablations: View['ablations'], seed: number, cache: ControlCache, signal: AbortSignal,
): Promise<View['control']> {
  const others = controlAblations(ablations, seed, model.config.n_heads);
  const key = others ? `${formatAblations(others)} ${seed} ${ids.join(' ')}` : '';
  if (cache.key === key) return cache.value;
  let value: View['control'] = null;
  if (others) {
    const { ablatedNextTokenProb } = await model.induction(ids, { seed, topK: 1, ablations: others, patterns: false, signal });
    if (ablatedNextTokenProb) value = { ablations: others, nextTokenProb: ablatedNextTokenProb };
  }
  Object.assign(cache, { key, value });
  return value;
}
