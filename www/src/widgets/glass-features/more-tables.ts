/** The dictionary and the push as tables. */
import type { Table } from '../../base/widget.ts';
import { visible } from '../../marks/token-text.ts';
import type { Metrics } from './cards.ts';
import type { More, View } from './view.ts';

export const CONTROL_NAMES: Readonly<Record<string, string>> = { pca: 'PCA, equal L0', neurons: 'neurons, equal L0', random: 'random dictionary', untrained: 'untrained network' };

const METRIC_HEAD = ['', 'L0', 'explained variance', 'loss recovered (mean)', 'loss recovered (zero)', 'dead', 'nearly always on'];

const metricRow = (name: string, { l0, explainedVariance, lossRecoveredMean, lossRecoveredZero, dead, nearAlwaysOn }: Metrics): (string | number | null)[] =>
  [name, l0, explainedVariance, lossRecoveredMean, lossRecoveredZero, dead, nearAlwaysOn ?? null];

export const metricTable = ({ evaluation }: View): Table => ({
  name: 'How good the dictionary is (precomputed)',
  rows: [METRIC_HEAD, ...(evaluation ? [metricRow('this dictionary', evaluation.metrics), ...Object.entries(evaluation.control).map(([name, metrics]) => metricRow(CONTROL_NAMES[name] ?? name, metrics))] : [])],
});

export const sweepTable = ({ push }: View, { sweep }: More): Table => ({
  name: `Effect and damage of feature ${push.feature}`,
  rows: [
    [push.how === 'clamp' ? 'held at' : 'times', 'probability of the promoted tokens', 'random direction', 'loss, nats a token', 'random direction', 'loss, unsteered'],
    ...(sweep?.amounts ?? []).map((amount, at) => [amount, sweep?.effect[at] ?? null, sweep?.randomEffect[at] ?? null, sweep?.loss[at] ?? null, sweep?.randomLoss[at] ?? null, sweep?.unsteered.loss ?? null]),
  ],
});

export function nextTokenTable({ push }: View, { steering }: More): Table {
  const row = (way: string, next: { text: string | null; prob: number }[]) => next.map(({ text, prob }, rank) => [way, rank + 1, visible(text ?? ''), prob]);
  return {
    name: `Next tokens, feature ${push.feature}`,
    rows: [['way', 'rank', 'token', 'probability'], ...(steering ? [...row('unsteered', steering.before.top), ...row('steered', steering.after.top), ...row('random direction', steering.randomControl.top)] : [])],
  };
}
