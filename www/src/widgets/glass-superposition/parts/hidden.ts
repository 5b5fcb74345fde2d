/** The hidden vector of one input: the arrows of the features that are on, head to tail, and their sum. */
import { local } from '../../../marks/numbers.ts';
import { linear } from '../../../marks/scale.ts';
import type { Mark, Point, Scene } from '../../../marks/scene.ts';
import { featureInk } from './arrows.ts';

export function hiddenScene(vectors: readonly (readonly number[])[], x: readonly number[], hidden: readonly number[], side: number): Scene {
  const reach = Math.max(1.35, ...vectors.map((vector) => Math.hypot(vector[0] ?? 0, vector[1] ?? 0)), 1.1 * Math.hypot(hidden[0] ?? 0, hidden[1] ?? 0));
  const [across, up] = [linear([-reach, reach], [16, side - 16]), linear([reach, -reach], [16, side - 16])];
  const place = (a: number, b: number): Point => [across(a), up(b)];
  const middle = place(0, 0);
  const marks: Mark[] = [
    { kind: 'line', from: [16, middle[1]], to: [side - 16, middle[1]], stroke: 'line' },
    { kind: 'line', from: [middle[0], 16], to: [middle[0], side - 16], stroke: 'line' },
  ];
  vectors.forEach((vector, feature) => {
    const [a = 0, b = 0] = vector;
    const on = (x[feature] ?? 0) !== 0;
    marks.push({ kind: 'line', from: middle, to: place(a, b), stroke: featureInk(feature), width: on ? 2 : 1.4, opacity: on ? 0.55 : 0.3, ...(on ? {} : { dash: '3 4' }) });
    const out = 1 + 0.13 / Math.max(0.2, Math.hypot(a, b));
    const [px, py] = place(a * out, b * out);
    marks.push({ kind: 'words', at: [px, py + 4], text: String(feature + 1), size: 13, weight: on ? 700 : 400, anchor: 'middle', fill: on ? 'ink' : 'soft' });
  });
  let [a, b] = [0, 0];
  vectors.forEach((vector, feature) => {
    const value = x[feature] ?? 0;
    if (value === 0) return;
    const [from, to] = [place(a, b), place((a += value * (vector[0] ?? 0)), (b += value * (vector[1] ?? 0)))];
    marks.push({ kind: 'line', from, to, stroke: featureInk(feature), width: 3.4 });
  });
  const [h0 = 0, h1 = 0] = hidden;
  const sum = place(h0, h1);
  marks.push({ kind: 'line', from: middle, to: sum, stroke: 'ink', width: 2 }, { kind: 'dot', at: sum, r: 7, fill: 'ink', stroke: 'paper', width: 2 });
  // Beyond the tip, away from the arrows that lead there.
  const size = Math.hypot(h0, h1);
  const [ux, uy] = size > 0.01 ? [h0 / size, -h1 / size] : [0.7, -0.7];
  marks.push({ kind: 'words', at: [sum[0] + 16 * ux, sum[1] + 16 * uy + 5], text: 'h', size: 14, weight: 700, anchor: 'middle' });
  return { width: side, height: side, marks };
}

/** Input, reconstruction before the bias, with it, and after the ReLU: four bars for each feature. */
export function reconstruction(x: readonly number[], rows: readonly (readonly number[])[], width: number): Scene {
  const values = [x, ...rows];
  const most = Math.max(1, ...values.flat().filter(Number.isFinite));
  const least = Math.min(-0.25, ...values.flat().filter(Number.isFinite));
  const [top, high, foot] = [10, 170, 26];
  const y = linear([least, most], [top + high, top]);
  const group = (width - 44) / Math.max(1, x.length);
  const bar = Math.max(1, Math.min(14, (group - 6) / values.length));
  const marks: Mark[] = [{ kind: 'line', from: [36, y(0)], to: [width - 4, y(0)], stroke: 'edge' }];
  for (const tick of [-2, -1, -0.5, 0, 0.5, 1, 2]) {
    if (tick < least || tick > most) continue;
    marks.push({ kind: 'words', at: [32, y(tick) + 4], text: local(String(tick).replace('-', '−')), size: 11, fill: 'soft', anchor: 'end' });
  }
  x.forEach((_, feature) => {
    const left = 40 + feature * group + (group - bar * values.length) / 2;
    values.forEach((row, at) => {
      const value = row[feature] ?? 0;
      if (!Number.isFinite(value)) return;
      const [from, to] = [y(Math.max(0, value)), y(Math.min(0, value))];
      marks.push({
        kind: 'box', at: [left + at * bar, from], size: [bar - 1, Math.max(0.8, to - from)], fill: at === 0 ? 'ink' : featureInk(feature),
        opacity: [1, 0.3, 0.55, 1][at] ?? 1,
      });
    });
    if (group >= 14 || feature % 5 === 0) marks.push({ kind: 'words', at: [40 + (feature + 0.5) * group, top + high + 18], text: String(feature + 1), size: 12, weight: 700, anchor: 'middle' });
  });
  return { width, height: top + high + foot, marks };
}
