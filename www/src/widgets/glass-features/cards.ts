/** What lies beside an SAE as files: how good it is (`evaluation.json`), and where each feature fires on held-out text (`features.json`, `features.bin`). */
import { GlasshouseError } from '../../api/error.ts';
import { fetchFrom } from '../../api/source.ts';

export interface Metrics {
  readonly l0: number;
  readonly explainedVariance: number;
  readonly lossRecoveredMean: number | null;
  readonly lossRecoveredZero: number | null;
  readonly dead: number | null;
  readonly nearAlwaysOn?: number;
  readonly what?: string;
  readonly densityHistogram?: { readonly log10Edges: readonly number[]; readonly counts: readonly number[] };
}

export interface Evaluation {
  readonly tokens: number;
  readonly of: string;
  readonly metrics: Metrics;
  readonly control: Readonly<Record<string, Metrics>>;
}

interface Source {
  readonly corpus: string;
  readonly title: string | null;
  readonly author: string | null;
  readonly licence: string | null;
  readonly from: number;
  readonly to: number;
}

interface Header {
  readonly label: string;
  readonly tokens: number;
  readonly passagesPerFeature: number;
  readonly windowLength: number;
  readonly histogramBins: number;
  readonly sources: readonly Source[];
  readonly arrays: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly offset: number }>>;
}

export interface Passage {
  readonly ids: readonly number[];
  readonly peak: number;
  /** At the peak. */
  readonly activation: number;
  /** Of each token, as shares of the feature's maximum. */
  readonly shades: readonly number[];
  readonly source: Source | null;
}

/** What is known of one feature from held-out text. */
export interface Firing {
  readonly density: number;
  readonly maximum: number;
  readonly histogram: readonly number[];
  readonly passages: readonly Passage[];
}

const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array } as const;

/** Passages of all features, read where they are asked for. */
export class Passages {
  readonly label: string;
  readonly tokens: number;
  readonly features: number;

  private constructor(private readonly header: Header, private readonly of: (name: string) => ArrayLike<number>) {
    this.label = header.label;
    this.tokens = header.tokens;
    this.features = of('density').length;
  }

  static read(header: Header, bytes: ArrayBuffer, features: number): Passages {
    const arrays = new Map<string, ArrayLike<number>>();
    for (const [name, { dtype, shape, offset }] of Object.entries(header.arrays)) {
      const Kind = KINDS[dtype as keyof typeof KINDS];
      const length = shape.reduce((size, extent) => size * extent, 1);
      if (!Kind || offset + length * Kind.BYTES_PER_ELEMENT > bytes.byteLength) throw new GlasshouseError('bad-model-file', `features.bin is too short for "${name}", or its kind ${dtype} is unknown.`);
      arrays.set(name, new Kind(bytes, offset, length));
    }
    const of = (name: string): ArrayLike<number> => {
      const array = arrays.get(name);
      if (!array) throw new GlasshouseError('bad-model-file', `features.json names no array "${name}".`);
      return array;
    };
    if (of('density').length !== features) throw new GlasshouseError('does-not-fit', `features.json tells of ${of('density').length} features, but the SAE has ${features}.`);
    return new Passages(header, of);
  }

  firing(feature: number): Firing {
    const { passagesPerFeature: most, histogramBins: bins } = this.header;
    const passages = Array.from({ length: most }, (_, rank) => this.passage(feature * most + rank)).filter((passage) => passage !== null);
    const histogram = Array.from({ length: bins }, (_, bin) => this.of('histogram')[feature * bins + bin] ?? 0);
    return { density: this.of('density')[feature] ?? 0, maximum: this.of('maximum')[feature] ?? 0, histogram, passages };
  }

  /** Features of which a passage peaks at this token: those with the most such passages first, then the strongest. */
  peakingAt(token: number, k: number): { index: number; passages: number; activation: number }[] {
    const { passagesPerFeature: most } = this.header;
    const [start, peak, length, pool, activation] = ['start', 'peak', 'length', 'pool', 'activation'].map((name) => this.of(name)) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
    const hits = new Map<number, { index: number; passages: number; activation: number }>();
    for (let at = 0; at < start.length; at += 1) {
      if (!length[at] || pool[(start[at] ?? 0) + (peak[at] ?? 0)] !== token) continue;
      const index = Math.floor(at / most);
      const hit = hits.get(index) ?? { index, passages: 0, activation: activation[at] ?? 0 };
      hits.set(index, { ...hit, passages: hit.passages + 1 });
    }
    return [...hits.values()].sort((a, b) => b.passages - a.passages || b.activation - a.activation).slice(0, k);
  }

  /** The feature that fires about as often as another: to compare like with like. Among the nearest ones `rank` picks. */
  asFrequentAs(density: number, rank = 0): number {
    const densities = Array.from(this.of('density'), (share, index) => ({ index, by: Math.abs(Math.log(share / density)) }));
    return densities.filter(({ by }) => Number.isFinite(by)).sort((a, b) => a.by - b.by)[rank]?.index ?? 0;
  }

  /** Some passages of any features, for measuring loss on. */
  some(count: number, pick: (limit: number) => number): number[][] {
    const { length } = this.of('start');
    const found: number[][] = [];
    for (let tries = 0; found.length < count && tries < 50 * count; tries += 1) {
      const passage = this.passage(pick(length));
      if (passage && passage.ids.length > 4) found.push([...passage.ids]);
    }
    return found;
  }

  private passage(at: number): Passage | null {
    const length = this.of('length')[at] ?? 0;
    if (length === 0) return null;
    const start = this.of('start')[at] ?? 0;
    const width = this.header.windowLength;
    const tokens = Array.from({ length }, (_, index) => index);
    return {
      ids: tokens.map((index) => this.of('pool')[start + index] ?? 0),
      peak: this.of('peak')[at] ?? 0,
      activation: this.of('activation')[at] ?? 0,
      shades: tokens.map((index) => (this.of('shades')[at * width + index] ?? 0) / 255),
      source: this.header.sources.find(({ from, to }) => start >= from && start < to) ?? null,
    };
  }
}

/** A file of the folder; null where there is none. */
async function file(address: string, name: string, signal: AbortSignal): Promise<Response | null> {
  const response = await fetchFrom(address, name, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new GlasshouseError('offline', `${address}${name} could not be reached.`);
  });
  const there = response.ok && !(response.headers.get('content-type') ?? '').includes('text/html');
  if (!there) await response.body?.cancel();
  return there ? response : null;
}

async function json<T>(response: Response, name: string): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new GlasshouseError('bad-model-file', `${name} is not JSON.`);
  }
}

export interface Cards {
  readonly evaluation: Evaluation | null;
  readonly passages: Passages | null;
}

/** Everything that lies beside an SAE of so many features. */
export async function fetchCards(address: string, features: number, signal: AbortSignal): Promise<Cards> {
  const [evaluation, header, bytes] = await Promise.all([
    file(address, 'evaluation.json', signal).then((response) => response && json<Evaluation>(response, 'evaluation.json')),
    file(address, 'features.json', signal).then((response) => response && json<Header>(response, 'features.json')),
    file(address, 'features.bin', signal).then((response) => response?.arrayBuffer() ?? null),
  ]);
  return { evaluation, passages: header && bytes ? Passages.read(header, bytes, features) : null };
}
