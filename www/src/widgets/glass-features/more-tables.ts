/** The dictionary and the push as tables. */
import type { Table } from '../../base/widget.ts';
import { visible } from '../../marks/token-text.ts';
import { t } from '../../words/words.ts';
import type { Metrics } from './cards.ts';
import type { More, View } from './view.ts';

export const CONTROL_NAMES: Readonly<Record<string, string>> = { pca: t`PCA, equal L0`, neurons: t`neurons, equal L0`, random: t`random dictionary`, untrained: t`untrained network` };

const METRIC_HEAD = ['', 'L0', t`explained variance`, t`loss recovered (mean)`, t`loss recovered (zero)`, t`dead`, t`nearly always on`];

const metricRow = (name: string, { l0, explainedVariance, lossRecoveredMean, lossRecoveredZero, dead, nearAlwaysOn }: Metrics): (string | number | null)[] =>
  [name, l0, explainedVariance, lossRecoveredMean, lossRecoveredZero, dead, nearAlwaysOn ?? null];

export const metricTable = ({ evaluation }: View): Table => ({
  name: t`How good the dictionary is (precomputed)`,
  rows: [METRIC_HEAD, ...(evaluation ? [metricRow(t`this dictionary`, evaluation.metrics), ...Object.entries(evaluation.control).map(([name, metrics]) => metricRow(CONTROL_NAMES[name] ?? name, metrics))] : [])],
});

export const sweepTable = ({ push }: View, { sweep }: More): Table => ({
  name: t`Effect and damage of feature ${push.feature}`,
  rows: [
    [push.how === 'clamp' ? t`held at` : t`times`, t`probability of the promoted tokens`, t`random direction`, t`loss, nats a token`, t`random direction`, t`loss, unsteered`],
    ...(sweep?.amounts ?? []).map((amount, at) => [amount, sweep?.effect[at] ?? null, sweep?.randomEffect[at] ?? null, sweep?.loss[at] ?? null, sweep?.randomLoss[at] ?? null, sweep?.unsteered.loss ?? null]),
  ],
});

export function nextTokenTable({ push }: View, { steering }: More): Table {
  const row = (way: string, next: { text: string | null; prob: number }[]) => next.map(({ text, prob }, rank) => [way, rank + 1, visible(text ?? ''), prob]);
  return {
    name: t`Next tokens, feature ${push.feature}`,
    rows: [[t`way`, t`rank`, t`token`, t`probability`], ...(steering ? [...row(t`unsteered`, steering.before.top), ...row(t`steered`, steering.after.top), ...row(t`random direction`, steering.randomControl.top)] : [])],
  };
}
