/** Names and sentences that stand at once. */
import type { Outcome } from '../../engine/superposition.d.ts';
import { t } from '../../words/words.ts';
import type { ViewName } from './presets.ts';

export const VIEW_NAMES: Readonly<Record<ViewName, string>> = {
  geometry: t`Geometry`, sweep: t`Sweep`, phase: t`Phase diagram`, interference: t`Interference`,
};

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = { dropped: t`dropped`, dedicated: t`dedicated`, superposed: t`superposed` };

export const words = {
  about: t`Toy models that store more features than they have dimensions, trained live in this tab: the geometry, the sweep over sparsity, the phase diagram and the interference.`,
  share: t`Opens exactly this state, with its seed and trained as far: the models are trained again there and give the same numbers.`,
  python: t`Trains the same model in PyTorch on the same samples (numpy draws the same words):`,
  numerics: t`Loss: importance-weighted squared error, averaged over samples and features. AdamW, β 0.9 and 0.999, ε 1e-8; a fresh batch at each step.`,
  views: t`View`, presets: t`Presets`,
} as const;
