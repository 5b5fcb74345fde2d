/** Over sparsity: how many dimensions a feature costs, and how each feature shares them. */
import { axes, type Room } from '../../../marks/axes.ts';
import { local } from '../../../marks/numbers.ts';
import { linear, logarithmic, logTicks, type Scale } from '../../../marks/scale.ts';
import type { Mark, Scene } from '../../../marks/scene.ts';
import { t } from '../../../words/words.ts';
import { columns, FIGURES, REPRESENTED, type Shot } from '../view.ts';

const LEFT = 62;

function sparsity(shot: Shot, width: number): { x: Scale; axis: Parameters<typeof axes>[0]; right: number } {
  const rare = columns(shot).map(({ density }) => 1 / density);
  const [least, most] = [Math.min(1, ...rare), Math.max(2, ...rare)];
  const right = width - 78;
  const x = logarithmic([least / 1.12, most * 1.12], [LEFT, right]);
  return { x, right, axis: { scale: x, ticks: logTicks(least, most).map((at) => ({ at, label: local(String(at)) })), name: t`1 / (1 − S): a feature is on in one sample of …` } };
}

function guide(at: number, label: string, room: Room, y: Scale, dash: string, ink: 'edge' | 'warn' | 'soft' = 'edge'): Mark[] {
  return [
    { kind: 'line', from: [room.left, y(at)], to: [room.right, y(at)], stroke: ink, dash, opacity: 0.9 },
    { kind: 'words', at: [room.right + 5, y(at) + 4], text: label, size: 11, fill: ink === 'edge' ? 'soft' : ink },
  ];
}

/** D* = m / ‖W‖² of every instance, the median of the seeds as a line. */
export function dimensionsPlot(shot: Shot, width: number, height: number, chosen: number): Scene {
  const { x, axis, right } = sparsity(shot, width);
  const room = { left: LEFT, top: 14, right, bottom: height - 42 };
  const { nFeatures: n, nHidden: m, task } = shot.plan.settings;
  const all = shot.report.instances.map(({ dimensionsPerFeature }) => dimensionsPerFeature);
  const most = Math.max(1.15, ...all.filter((value) => value !== null && value < 4).map((value) => 1.05 * (value as number)));
  const y = linear([0, most], [room.bottom, room.top]);
  const marks: Mark[] = axes(axis, { scale: y, ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, label: local(String(at)) })), name: t`D* (dimensions per feature)` }, room);
  if (task === 'reconstruct') marks.push(...guide(1, t`linear twin`, room, y, '6 4', 'warn'));
  marks.push(...guide(0.5, t`pairs: 1/2`, room, y, '2 4'));
  if (m / n < 0.45) marks.push({ kind: 'line', from: [room.left, y(m / n)], to: [room.right, y(m / n)], stroke: 'soft', dash: '2 4' }, { kind: 'words', at: [room.left + 6, y(m / n) + 14], text: t`random unit vectors`, size: 11, fill: 'soft' });
  const place = (value: number | null): number => y(Math.min(most, value ?? Number.NaN));
  const line = columns(shot).map(({ density, dimensions }) => [x(1 / density), place(dimensions)] as const)
    .filter(([, at]) => Number.isFinite(at));
  if (line.length > 1) marks.push({ kind: 'path', d: `M${line.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join('L')}`, stroke: 'accent', width: 2 });
  shot.report.instances.forEach(({ density }, index) => {
    const value = all[index];
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    marks.push({ kind: 'dot', at: [x(1 / density), place(value)], r: index === chosen ? 6 : 4, fill: index === chosen ? 'ink' : 'accent', stroke: 'paper', width: 1 });
  });
  return { width, height, marks };
}

/** D_i of every stored feature as a dot, beside the lines of the figures. */
export function featuresPlot(shot: Shot, width: number, height: number, chosen: number): Scene {
  const { x, axis, right } = sparsity(shot, width);
  const room = { left: LEFT, top: 14, right, bottom: height - 42 };
  const y = linear([0, 1.06], [room.bottom, room.top]);
  const { mean, p95 } = shot.controls.random.dimensionality;
  const marks: Mark[] = axes(axis, { scale: y, ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, label: local(String(at)) })), name: t`D of each feature` }, room);
  marks.push({ kind: 'box', at: [room.left, y(Math.min(1.06, p95))], size: [room.right - room.left, y(mean) - y(Math.min(1.06, p95))], fill: 'warn', opacity: 0.16 });
  marks.push({ kind: 'line', from: [room.left, y(mean)], to: [room.right, y(mean)], stroke: 'warn', dash: '6 4' });
  marks.push({ kind: 'words', at: [room.left + 6, y(mean) + 14], text: t`random directions`, size: 11, fill: 'warn' });
  for (const { value, label } of FIGURES) {
    // 2/5 and 3/8 lie too close for two words.
    marks.push({ kind: 'line', from: [room.left, y(value)], to: [room.right, y(value)], stroke: 'edge', dash: '2 4', opacity: 0.9 });
    marks.push({ kind: 'words', at: [room.right + 5, y(value) + (label === '3/8' ? 11 : label === '2/5' ? 0 : 4)], text: label, size: 11, fill: 'soft' });
  }
  const gap = columns(shot).length > 1 ? Math.min(34, (room.right - room.left) / columns(shot).length) : 40;
  for (const { density, instances } of columns(shot)) {
    const stored = instances.flatMap((instance) => {
      const { norms, dimensionality } = shot.report.instances[instance] ?? { norms: [], dimensionality: [] };
      return dimensionality.flatMap((value, feature) => ((norms[feature] ?? 0) > REPRESENTED ? [{ value, instance }] : []));
    });
    stored.forEach(({ value, instance }, index) => {
      // Side by side in a fixed order, so that dots on one line can be counted.
      const aside = stored.length < 2 ? 0 : (index / (stored.length - 1) - 0.5) * gap * 0.72;
      marks.push({ kind: 'dot', at: [x(1 / density) + aside, y(Math.min(1.05, value))], r: instance === chosen ? 3.2 : 2.2, fill: instance === chosen ? 'ink' : 'accent', opacity: instance === chosen ? 1 : 0.75 });
    });
  }
  return { width, height, marks };
}
