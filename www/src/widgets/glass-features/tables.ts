/** The text and the feature as tables. */
import type { Table } from '../../base/widget.ts';
import { tokenLabel } from '../../marks/token-text.ts';
import { activeAt, type View } from './view.ts';

export const featureTable = (view: View): Table => ({
  name: 'Features of each token',
  rows: [['token', 'position', 'feature', 'activation'], ...view.tokens.flatMap((_, position) => activeAt(view, position).map(({ index, activation }) => [tokenLabel(view.tokens, position), position, index, activation]))],
});

export const histogramTable = ({ firing, feature }: View): Table => ({
  name: `Activations of feature ${feature} (precomputed)`,
  rows: [['from', 'to', 'tokens'], ...(firing?.histogram ?? []).map((count, bin, all) => [(bin * (firing?.maximum ?? 0)) / all.length, ((bin + 1) * (firing?.maximum ?? 0)) / all.length, count])],
});
