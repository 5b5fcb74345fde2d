/** From attributes to what is trained: parsing, bounds and the sentences that say what was changed. No DOM. */
import { GlasshouseError } from '../../api/error.ts';
import { refuseOther } from '../../api/nearest.ts';
import type { Size } from '../../base/machine.ts';
import type { SuperpositionSettings } from '../../engine/superposition.d.ts';
import { local } from '../../marks/numbers.ts';
import { t } from '../../words/words.ts';
import { defaultPreset, PRESETS, recipeOf, VIEWS, type Preset, type Recipe, type ViewName } from './presets.ts';

/** The attributes, as they were given; null or empty takes the preset's. */
export interface Attributes {
  readonly view: string;
  readonly preset: string;
  readonly nFeatures: number | null;
  readonly nHidden: number | null;
  readonly instances: number | null;
  readonly density: string;
  readonly importance: string;
  readonly activation: string;
  readonly task: string;
  readonly correlation: string;
  readonly samples: number | null;
  readonly starts: number | null;
  readonly steps: number | null;
  readonly batch: number | null;
  readonly learningRate: number | null;
  readonly weightDecay: number | null;
  readonly grid: number | null;
  readonly seed: number;
}

/** The axes of a phase diagram: density from dense to sparse, importance of the last feature from small to large. */
export interface Grid {
  readonly size: number;
  readonly density: readonly number[];
  readonly importance: readonly number[];
}

/** Everything that a picture depends on. */
export interface Plan {
  readonly view: ViewName;
  readonly preset: Preset;
  readonly recipe: Recipe;
  readonly settings: SuperpositionSettings;
  readonly instances: number;
  readonly steps: number;
  readonly seed: number;
  /** Only for the phase diagram: cell `row * size + column` is the instance of that number. */
  readonly grid: Grid | null;
  readonly changes: readonly Change[];
  /** Models per side, or models, where fewer than usual suit this machine; null where all are trained. */
  readonly size: Size | null;
}

/** An attribute that was given in vain, and the sentence that says so. */
export interface Change {
  readonly attribute: string;
  readonly given: number;
  readonly used: number;
  readonly said: string;
}

interface Bound {
  readonly attribute: string;
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

export const BOUNDS = {
  nFeatures: { attribute: 'n-features', least: 1, most: 200, whole: true },
  nHidden: { attribute: 'n-hidden', least: 1, most: 64, whole: true },
  instances: { attribute: 'instances', least: 1, most: 64, whole: true },
  samples: { attribute: 'samples', least: 0, most: 10_000, whole: true },
  starts: { attribute: 'starts', least: 1, most: 16, whole: true },
  steps: { attribute: 'steps', least: 1, most: 1_000_000, whole: true },
  batch: { attribute: 'batch', least: 1, most: 4096, whole: true },
  learningRate: { attribute: 'learning-rate', least: 1e-6, most: 1 },
  weightDecay: { attribute: 'weight-decay', least: 0, most: 1 },
  grid: { attribute: 'grid', least: 2, most: 64, whole: true },
  seed: { attribute: 'seed', least: 0, most: 4_000_000_000, whole: true },
  density: { attribute: 'density', least: 0.001, most: 1 },
  importance: { attribute: 'importance', least: 0, most: 100 },
} as const satisfies Record<string, Bound>;

/** Multiplications per step and weight matrix that keep a step well below a second on an old laptop. */
const MOST_WORK = 3e8;
/** Small multiples that can be told apart. */
const MOST_SEEDS = 16;

const bad = (message: string): GlasshouseError => new GlasshouseError('bad-input', message);
const shown = (value: number): string => (Number.isInteger(value) && Math.abs(value) < 1e7 ? String(value) : Number(value.toPrecision(4)).toString());

/** `value` inside its bounds, with a sentence where it was not. */
function inside(value: number, { attribute, least, most, whole = false }: Bound, changes: Change[]): number {
  if (Number.isNaN(value)) throw bad(`${attribute} is no number.`);
  const rounded = whole && Number.isFinite(value) ? Math.round(value) : value;
  const clamped = Math.min(most, Math.max(least, rounded));
  if (clamped !== value) {
    const [given, used, from, to] = [value, clamped, least, most].map((number) => local(shown(number)));
    const said = whole
      ? t`${attribute} ${given} was set to ${used}: it lies between ${from} and ${to} and is a whole number.`
      : t`${attribute} ${given} was set to ${used}: it lies between ${from} and ${to}.`;
    changes.push({ attribute, given: value, used: clamped, said });
  }
  return clamped;
}

/** `"1, 0.5"` as numbers inside their bounds; the same complaint is made once. */
export function numbers(text: string, bound: Bound, changes: Change[]): number[] {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  if (words.length === 0) throw bad(`${bound.attribute} is empty.`);
  const found = words.map((word) => {
    const value = Number(word);
    if (Number.isNaN(value)) throw bad(`${bound.attribute}="${word.slice(0, 40)}" is no number.`);
    return inside(value, bound, changes);
  });
  return found;
}

/** I_i = r^i for one number, else one importance for each feature. */
export function importances(text: string, nFeatures: number, changes: Change[]): number[] {
  const given = numbers(text, BOUNDS.importance, changes);
  const [ratio = 1] = given;
  if (given.length === 1) {
    // A ratio above 1 may lead anywhere: what it leads to is bounded too.
    return Array.from({ length: nFeatures }, (_, i) => Math.min(1e4, ratio ** i));
  }
  if (given.length !== nFeatures) {
    throw bad(`importance lists ${given.length} numbers for ${nFeatures} features; give one for each, or one ratio.`);
  }
  return given;
}

/** `count` numbers from `from` to `to` with equal ratios between them. */
const geometric = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number((from * (to / from) ** (i / Math.max(1, count - 1))).toPrecision(6)));

export const gridOf = (size: number): Grid => ({ size, density: geometric(1, 0.01, size), importance: geometric(0.1, 10, size) });

function presetOf({ preset, view }: Attributes): { view: ViewName; preset: Preset } {
  const known = view === '' ? null : refuseOther('view', view, VIEWS);
  if (preset === '') return { view: known ?? 'geometry', preset: defaultPreset(known ?? 'geometry') };
  const id = refuseOther('preset', preset, PRESETS.map(({ id }) => id));
  const found = PRESETS.find((other) => other.id === id) as Preset;
  return { view: known ?? found.view, preset: found };
}

/** @throws {GlasshouseError} `bad-input`, for what cannot be brought inside its bounds. */
export function planOf(given: Attributes, suits: Partial<Record<'grid' | 'instances', number>> = {}): Plan {
  const changes: Change[] = [];
  const { view, preset } = presetOf(given);
  // A preset of another view keeps its model, and takes what belongs to the view from that view's own.
  const base = { ...recipeOf(defaultPreset(view)), ...recipeOf(preset) };
  const number = (name: 'nFeatures' | 'nHidden' | 'instances' | 'samples' | 'starts' | 'steps' | 'batch' | 'learningRate' | 'weightDecay' | 'grid') =>
    inside(given[name] ?? { ...base, ...suits }[name], BOUNDS[name], changes);
  const word = (name: 'density' | 'importance' | 'activation' | 'task' | 'correlation') => (given[name] === '' ? base[name] : given[name]);
  const recipe: Recipe = {
    nFeatures: number('nFeatures'), nHidden: number('nHidden'), instances: number('instances'),
    density: word('density'), importance: word('importance'),
    activation: refuseOther('activation', word('activation'), ['relu', 'linear'] as const),
    task: refuseOther('task', word('task'), ['reconstruct', 'absolute'] as const),
    correlation: refuseOther('correlation', word('correlation'), ['none', 'correlated', 'anticorrelated'] as const),
    samples: number('samples'), starts: number('starts'), steps: number('steps'), batch: number('batch'),
    learningRate: number('learningRate'), weightDecay: number('weightDecay'), grid: number('grid'),
  };
  if (view === 'interference' && (recipe.task !== 'reconstruct' || recipe.activation !== 'relu')) {
    throw bad('The interference view takes models apart that reconstruct x through a ReLU; choose task="reconstruct" and activation="relu", or another view.');
  }
  const seed = inside(given.seed, BOUNDS.seed, changes);
  const grid = view === 'phase' ? gridOf(recipe.grid) : null;
  const each = grid ? cells(grid, recipe, seed) : rows(recipe, view, seed, changes);
  const instances = each.density.length;
  const batch = affordable(recipe, instances, changes);
  return {
    view, preset, recipe: { ...recipe, batch, instances }, instances, seed, grid, size: null, steps: recipe.steps, changes: [...new Map(changes.map((change) => [change.said, change])).values()],
    settings: {
      nFeatures: recipe.nFeatures, nHidden: recipe.nHidden,
      activation: recipe.activation as 'relu', task: recipe.task as 'reconstruct', correlation: recipe.correlation as 'none',
      tied: recipe.task === 'reconstruct', samples: recipe.samples, batch,
      learningRate: recipe.learningRate, weightDecay: recipe.weightDecay, warmup: 0, starts: recipe.starts,
      density: Float32Array.from(each.density), importance: Float32Array.from(each.importance), seeds: Uint32Array.from(each.seeds),
    },
  };
}

interface PerInstance {
  readonly density: readonly number[];
  readonly importance: readonly number[];
  readonly seeds: readonly number[];
}

/** Seeds side by side, and densities side by side: instance i has the density i mod their number. */
function rows({ density, importance, instances, nFeatures }: Recipe, view: ViewName, seed: number, changes: Change[]): PerInstance {
  const densities = numbers(density, BOUNDS.density, changes);
  if (densities.length > BOUNDS.instances.most) throw bad(`density lists ${densities.length} numbers; at most ${BOUNDS.instances.most} are trained together.`);
  let count = Math.max(instances, densities.length);
  if (view !== 'sweep' && densities.length === 1 && count > MOST_SEEDS) {
    changes.push({ attribute: 'instances', given: count, used: MOST_SEEDS, said: t`instances ${count} was set to ${MOST_SEEDS}: more are not told apart side by side.` });
    count = MOST_SEEDS;
  }
  const weights = importances(importance, nFeatures, changes);
  const all = Array.from({ length: count }, (_, i) => i);
  return {
    density: all.map((i) => densities[i % densities.length] ?? 1),
    importance: all.flatMap(() => weights),
    seeds: all.map((i) => seed + Math.floor(i / densities.length)),
  };
}

/** Each model with a seed of its own. */
function cells({ size, density, importance }: Grid, { nFeatures, nHidden }: Recipe, seed: number): PerInstance {
  if (!((nFeatures === 2 && nHidden === 1) || (nFeatures === 3 && nHidden === 2))) {
    throw bad(`The phase diagram is drawn for 2 features in 1 dimension or 3 in 2, not for ${nFeatures} in ${nHidden}: only there is the best model known.`);
  }
  const all = Array.from({ length: size * size }, (_, cell) => cell);
  return {
    density: all.map((cell) => density[cell % size] ?? 1),
    importance: all.flatMap((cell) => [...Array.from({ length: nFeatures - 1 }, () => 1), importance[Math.floor(cell / size)] ?? 1]),
    seeds: all.map((cell) => seed + cell),
  };
}

function affordable({ nFeatures, nHidden, batch, starts }: Recipe, instances: number, changes: Change[]): number {
  const most = Math.max(1, Math.floor(MOST_WORK / (instances * starts * nFeatures * nHidden)));
  if (batch <= most) return batch;
  changes.push({ attribute: 'batch', given: batch, used: most, said: t`batch ${batch} was set to ${most}: so many models of this size would make each step too slow to watch.` });
  return most;
}

/** The plan before the engine is here, so that the controls have their places from the start; null where it will be refused. */
export function foreseen(given: Attributes): Plan | null {
  try {
    return planOf(given);
  } catch {
    return null;
  }
}
