/** The text and the feature as tables. */
import type { Table } from '../../base/widget.ts';
import { tokenLabel } from '../../marks/token-text.ts';
import { t } from '../../words/words.ts';
import { activeAt, type View } from './view.ts';

export const featureTable = (view: View): Table => ({
  name: t`Features of each token`,
  rows: [[t`token`, t`position`, t`feature`, t`activation`], ...view.tokens.flatMap((_, position) => activeAt(view, position).map(({ index, activation }) => [tokenLabel(view.tokens, position), position, index, activation]))],
});

export const histogramTable = ({ firing, feature }: View): Table => ({
  name: t`Activations of feature ${feature} (precomputed)`,
  rows: [[t`from`, t`to`, t`tokens`], ...(firing?.histogram ?? []).map((count, bin, all) => [(bin * (firing?.maximum ?? 0)) / all.length, ((bin + 1) * (firing?.maximum ?? 0)) / all.length, count])],
});
