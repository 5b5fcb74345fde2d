/** Cards to be told apart: of the dictionary itself, and two that prove nothing, of one with random rows and of one that was trained on an untrained network. */
import { GlasshouseError } from '../../api/error.ts';
import type { AttachedSae, FeatureCard } from '../../api/glasshouse.d.ts';
import { loadModel } from '../../api/load_model.ts';
import { t } from '../../words/words.ts';
import { fetchCards, type Cards, type Firing, type Metrics, type Passages } from './cards.ts';
import { shipped } from './places.ts';
import type { Open } from './question.ts';

/** One card among those to be told apart. */
export interface RivalCard {
  readonly index: number;
  readonly firing: Firing;
  readonly texts: ReadonlyMap<number, string>;
  /** Null where its network is not here. */
  readonly promoted: FeatureCard['promoted'] | null;
}

export interface Rival {
  readonly name: 'trained' | 'random' | 'untrained';
  readonly title: string;
  readonly metrics: Metrics | null;
  /** A feature that fires about as often as another, and in its own dictionary not that one: the reader has just seen its card. */
  card(density: number, feature: number): Promise<RivalCard>;
  close(): void;
}

const TITLES = { random: t`Random dictionary`, untrained: t`Untrained network` } as const;

/** A feature of a density of 0 has no like. */
const LEAST_DENSITY = 1e-5;

async function cardOf({ sae, passages, index, weighs }: { sae: AttachedSae; passages: Passages; index: number; weighs: boolean }): Promise<RivalCard> {
  const firing = passages.firing(index);
  const ids = [...new Set(firing.passages.flatMap((passage) => passage.ids))];
  const [texts, weights] = await Promise.all([sae.tokenTexts(ids), weighs ? sae.feature(index, { k: 6 }) : null]);
  return { index, firing, texts: new Map(ids.map((id, at) => [id, texts[at] ?? `#${id}`])), promoted: weights && weights.promoted };
}

/** The reader's dictionary, and those beside it that are there; rejected only where there is none. */
export async function fetchRivals(modelAddress: string, backend: 'auto' | 'webgpu' | 'cpu', { sae, cards: own }: Open): Promise<Rival[]> {
  const { passages } = own;
  if (!passages) return [];
  const trained: Rival = {
    name: 'trained', title: t`This dictionary`, metrics: own.evaluation?.metrics ?? null, close: () => {},
    card: (density, feature) => {
      const [first, second] = [0, 1].map((rank) => passages.asFrequentAs(Math.max(density, LEAST_DENSITY), rank));
      return cardOf({ sae, passages, index: (first === feature ? second : first) ?? feature, weighs: true });
    },
  };
  const asked = await Promise.allSettled((['random', 'untrained'] as const).map((name) => fetchRival(name, modelAddress, backend, own)));
  const there = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (there.length === 0) for (const one of asked) if (one.status === 'rejected') throw one.reason;
  return [trained, ...there];
}

async function fetchRival(name: 'random' | 'untrained', modelAddress: string, backend: 'auto' | 'webgpu' | 'cpu', own: Cards): Promise<Rival> {
  const address = shipped(`stories-sae-${name}`);
  // A handle of its own: an SAE is seen by the handle that attached it. The untrained network is not here, so its dictionary only names tokens.
  const model = await loadModel(modelAddress, { backend });
  try {
    const sae = await model.attachSae(address, { errorTerm: true });
    const { passages, evaluation } = await fetchCards(address, sae.config.d_sae, new AbortController().signal);
    if (!passages) throw new GlasshouseError('not-found', `The folder stories-sae-${name} has no passages.`);
    const card = (density: number) => cardOf({ sae, passages, index: passages.asFrequentAs(Math.max(density, LEAST_DENSITY)), weighs: name === 'random' });
    return { name, title: TITLES[name], metrics: evaluation?.metrics ?? own.evaluation?.control[name] ?? null, card, close: () => model.dispose() };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
