/** Cards that prove nothing: of a dictionary with random rows, and of one that was trained on an untrained network. */
import { GlasshouseError } from '../../api/error.ts';
import type { FeatureCard } from '../../api/glasshouse.d.ts';
import { loadModel } from '../../api/load_model.ts';
import { t } from '../../words/words.ts';
import { fetchCards, type Cards, type Firing, type Metrics } from './cards.ts';
import { shipped } from './places.ts';

/** One card among those to be told apart. */
export interface RivalCard {
  readonly index: number;
  readonly firing: Firing;
  readonly texts: ReadonlyMap<number, string>;
  /** Null where its network is not here. */
  readonly promoted: FeatureCard['promoted'] | null;
}

export interface Rival {
  readonly name: 'random' | 'untrained';
  readonly title: string;
  readonly metrics: Metrics | null;
  /** The feature that fires about as often as another. */
  card(density: number): Promise<RivalCard>;
  close(): void;
}

const TITLES = { random: t`Random dictionary`, untrained: t`Untrained network` } as const;

/** A feature of a density of 0 has no like. */
const LEAST_DENSITY = 1e-5;

/** Those that are there; rejected only where there is none. */
export async function fetchRivals(modelAddress: string, backend: 'auto' | 'webgpu' | 'cpu', own: Cards): Promise<Rival[]> {
  const asked = await Promise.allSettled((['random', 'untrained'] as const).map((name) => fetchRival(name, modelAddress, backend, own)));
  const there = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (there.length === 0) for (const one of asked) if (one.status === 'rejected') throw one.reason;
  return there;
}

async function fetchRival(name: Rival['name'], modelAddress: string, backend: 'auto' | 'webgpu' | 'cpu', own: Cards): Promise<Rival> {
  const address = shipped(`stories-sae-${name}`);
  // A handle of its own: an SAE is seen by the handle that attached it. The untrained network is not here, so its dictionary only names tokens.
  const model = await loadModel(modelAddress, { backend });
  try {
    const sae = await model.attachSae(address, { errorTerm: true });
    const { passages, evaluation } = await fetchCards(address, sae.config.d_sae, new AbortController().signal);
    if (!passages) throw new GlasshouseError('not-found', `The folder stories-sae-${name} has no passages.`);
    const card = async (density: number): Promise<RivalCard> => {
      const index = passages.asFrequentAs(Math.max(density, LEAST_DENSITY));
      const firing = passages.firing(index);
      const ids = [...new Set(firing.passages.flatMap((passage) => passage.ids))];
      const [texts, weights] = await Promise.all([sae.tokenTexts(ids), name === 'random' ? sae.feature(index, { k: 6 }) : null]);
      return { index, firing, texts: new Map(ids.map((id, at) => [id, texts[at] ?? `#${id}`])), promoted: weights && weights.promoted };
    };
    return { name, title: TITLES[name], metrics: evaluation?.metrics ?? own.evaluation?.control[name] ?? null, card, close: () => model.dispose() };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
