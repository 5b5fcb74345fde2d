/** Counts in bins of equal width, as bars. */
import { axes } from './axes.ts';
import { linear } from './scale.ts';
import type { Ink, Mark, Scene } from './scene.ts';

export interface Histogram {
  readonly counts: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly x: string;
  readonly y: string;
  readonly label: (value: number) => string;
  readonly width: number;
  readonly height: number;
  readonly fill?: Ink;
  /** Whether the height of a bar is the logarithm of one more than its count. */
  readonly log?: boolean;
  /** A value of x that is looked at. */
  readonly at?: number | null;
}

export function histogram({ counts, from, to, x, y, label, width, height, fill = '#2f75c4', log = false, at }: Histogram): Scene {
  const room = { left: 52, top: 8, right: width - 10, bottom: height - 40 };
  const most = Math.max(1, ...counts);
  const tall = (count: number) => (log ? Math.log1p(count) : count);
  const [across, rise] = [linear([from, to], [room.left, room.right]), linear([0, tall(most)], [room.bottom, room.top])];
  const up = (count: number) => rise(tall(count));
  const marks: Mark[] = counts.map((count, bin) => {
    const start = across(from + (bin * (to - from)) / counts.length);
    const end = across(from + ((bin + 1) * (to - from)) / counts.length);
    // A bar that stands for something is always seen.
    const top = count > 0 ? Math.min(up(count), room.bottom - 1) : room.bottom;
    return { kind: 'box', at: [start + 0.5, top], size: [Math.max(1, end - start - 1), room.bottom - top], fill };
  });
  marks.push(...axes(
    { scale: across, ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: from + share * (to - from), label: label(from + share * (to - from)) })), name: x },
    { scale: up, ticks: [0, most].map((tick) => ({ at: tick, label: String(tick) })), name: y }, room,
  ));
  if (at !== null && at !== undefined) marks.push({ kind: 'line', from: [across(at), room.top], to: [across(at), room.bottom], stroke: 'warn', width: 2 });
  return { width, height, marks };
}
