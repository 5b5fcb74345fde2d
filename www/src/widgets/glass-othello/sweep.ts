/** The change at each layer alone, one layer after another: the worker is free for other requests in between. */
import type { Model } from '../../api/glasshouse.d.ts';
import type { Cache } from './question.ts';
import { sweepDirections } from './sizes.ts';
import type { View } from './view.ts';

/** Goes on from the layers that the view has; `tell` hears of each further one. */
export async function follow(model: Model, view: View, cache: Cache, signal: AbortSignal, tell: (view: View) => void): Promise<void> {
  const { game, ply, probes, edits, scale, seed, sizes, report } = view;
  if (!report?.intervention?.sweep || !sizes) return;
  const found = report.intervention;
  const { key } = cache;
  const draws = sweepDirections(sizes);
  let points = report.intervention.sweep;
  for (const layer of (probes?.layers ?? []).slice(points.length)) {
    const { intervention } = await model.othello(game.transcript, { ply, edits, editLayers: [layer], scale, seed, draws, signal });
    if (!intervention) return;
    points = [...points, { layer, errors: intervention.after.errors, randomErrors: intervention.control.randomDirection.mean }];
    if (cache.key === key) cache.sweep = points;
    tell({ ...view, report: { ...report, intervention: { ...found, sweep: points } } });
  }
}
