/** Where each view starts: published configurations, named after the picture that they reproduce. */
import { t } from '../../words/words.ts';

export type ViewName = 'geometry' | 'sweep' | 'phase' | 'interference';

export const VIEWS: readonly ViewName[] = ['geometry', 'sweep', 'phase', 'interference'];

/** What an attribute that is not given falls back to. */
export interface Recipe {
  readonly nFeatures: number;
  readonly nHidden: number;
  readonly instances: number;
  /** p = 1 − S: one number, or one for each instance. */
  readonly density: string;
  /** A ratio r for I_i = r^i, or one number for each feature. */
  readonly importance: string;
  readonly activation: string;
  readonly task: string;
  readonly correlation: string;
  readonly samples: number;
  /** Draws of initial weights that race for every model. */
  readonly starts: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly grid: number;
}

export interface Preset {
  readonly id: string;
  readonly view: ViewName;
  readonly name: string;
  /** What it is, in one sentence. */
  readonly note: string;
  readonly recipe: Partial<Recipe>;
}

const COMMON: Recipe = {
  nFeatures: 5, nHidden: 2, instances: 8, density: '0.05', importance: '0.9', activation: 'relu', task: 'reconstruct', correlation: 'none',
  samples: 0, starts: 1, steps: 10_000, batch: 256, learningRate: 1e-3, weightDecay: 0.01, grid: 32,
};

/** 20^-linspace(0, 1, 10) */
const DEMO_DENSITIES = '1,0.717,0.514,0.368,0.264,0.189,0.136,0.0975,0.0699,0.05';

export const PRESETS: readonly Preset[] = [
  {
    id: 'pentagon', view: 'geometry', name: t`Pentagon`,
    note: t`Five features in two dimensions, each on in one sample of twenty; importance falls by a tenth from one to the next.`,
    recipe: {},
  },
  {
    id: 'square', view: 'geometry', name: t`Antipodal pairs`,
    note: t`Four equally important features in two dimensions: two pairs, each on a line of its own.`,
    recipe: { nFeatures: 4, importance: '1', density: '0.1', steps: 5000 },
  },
  {
    id: 'dense', view: 'geometry', name: t`No superposition`,
    note: t`The pentagon’s five features, but all of them always on: only the two most important are stored.`,
    recipe: { density: '1', steps: 10_000, learningRate: 3e-3 },
  },
  {
    id: 'solid', view: 'geometry', name: t`Solid in three dimensions`,
    note: t`Eight equally important features in three dimensions.`,
    recipe: { nFeatures: 8, nHidden: 3, importance: '1', density: '0.05', steps: 8000 },
  },
  {
    id: 'correlated', view: 'geometry', name: t`Correlated pairs`,
    note: t`Features 1 and 2 are always on or off together, so are 3 and 4: partners are stored at right angles.`,
    recipe: { nFeatures: 4, importance: '1', density: '0.1', correlation: 'correlated', steps: 8000 },
  },
  {
    id: 'anticorrelated', view: 'geometry', name: t`Anticorrelated pairs`,
    note: t`Features 1 and 2 are never on together, nor are 3 and 4: partners are stored opposite each other.`,
    recipe: { nFeatures: 4, importance: '1', density: '0.2', correlation: 'anticorrelated', steps: 8000 },
  },
  {
    id: 'twenty', view: 'geometry', name: t`20 features in 5 dimensions`,
    note: t`Twenty features in five dimensions, each 0.7 times as important as the one before.`,
    recipe: { nFeatures: 20, nHidden: 5, importance: '0.7', density: '0.1', instances: 4, steps: 10_000 },
  },
  {
    id: 'graph', view: 'geometry', name: t`Who shares dimensions`,
    note: t`Forty equally important features in ten dimensions, and the graph of those that share dimensions: pairs, pentagons and larger groups.`,
    recipe: { nFeatures: 40, nHidden: 10, importance: '1', density: '0.24', instances: 4, steps: 5000, learningRate: 2e-3 },
  },
  {
    id: 'absolute', view: 'geometry', name: t`Computing absolute values`,
    note: t`The hidden layer has a ReLU and the target is |x|: one neuron for the positive and one for the negative half of each feature, while there are enough.`,
    recipe: { nFeatures: 6, nHidden: 8, task: 'absolute', importance: '0.8', density: '0.3', instances: 4, steps: 8000, learningRate: 2e-3 },
  },
  {
    id: 'demo-sweep', view: 'sweep', name: t`5 features in 2 dimensions`,
    note: t`The notebook’s demonstration: ten densities from 1 to 1/20, four seeds each.`,
    recipe: { instances: 40, density: DEMO_DENSITIES },
  },
  {
    id: 'plateau', view: 'sweep', name: t`The plateau at one half`,
    note: t`A hundred equally important features in ten dimensions, at eight densities.`,
    recipe: {
      nFeatures: 100, nHidden: 10, instances: 8, importance: '1', density: '1,0.652,0.425,0.277,0.181,0.118,0.0767,0.05', steps: 5000, learningRate: 2e-3,
    },
  },
  {
    id: 'phase-2-1', view: 'phase', name: t`2 features in 1 dimension`,
    note: t`What becomes of the second of two features that have one dimension. In each cell eight starts race, since most find only a local minimum.`,
    recipe: { nFeatures: 2, nHidden: 1, starts: 8, steps: 1000, learningRate: 1e-2 },
  },
  {
    id: 'phase-3-2', view: 'phase', name: t`3 features in 2 dimensions`,
    note: t`What becomes of the third of three features that have two dimensions. In each cell eight starts race, since most find only a local minimum.`,
    recipe: { nFeatures: 3, nHidden: 2, starts: 8, steps: 2000, learningRate: 1e-2 },
  },
  {
    id: 'switches', view: 'interference', name: t`Five features by hand`,
    note: t`The pentagon’s models; switch their features on and off.`,
    recipe: {},
  },
];

/** The first preset of a view is its default. */
export const defaultPreset = (view: ViewName): Preset => PRESETS.find((preset) => preset.view === view) as Preset;

export const recipeOf = (preset: Preset): Recipe => ({ ...COMMON, ...defaultPreset(preset.view).recipe, ...preset.recipe });
