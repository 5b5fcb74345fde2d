/** Lines over a few whole numbers, such as layers or steps, with their names beneath. */
import { axes } from './axes.ts';
import { local } from './numbers.ts';
import { linear } from './scale.ts';
import type { Ink, Mark, Scene } from './scene.ts';

export interface Line {
  readonly name: string;
  readonly stroke: Ink;
  readonly dash?: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  readonly x: { readonly name: string; readonly from: number; readonly to: number; readonly ticks: readonly number[] };
  readonly y: { readonly name: string; readonly from: number; readonly to: number; readonly ticks: readonly number[]; readonly label: (value: number) => string };
  readonly lines: readonly Line[];
  /** A value of x that is looked at. */
  readonly at?: number | null;
  readonly width: number;
  readonly height: number;
}

const NAME_WIDTH = 7;

/** The names of the lines, in rows that fit. */
function names(lines: readonly Line[], left: number, width: number, top: number): { marks: Mark[]; bottom: number } {
  const marks: Mark[] = [];
  let [x, y] = [left, top];
  for (const { name, stroke, dash } of lines) {
    const room = 30 + name.length * NAME_WIDTH;
    if (x + room > width && x > left) [x, y] = [left, y + 18];
    marks.push(
      { kind: 'line', from: [x, y - 4], to: [x + 22, y - 4], stroke, width: 2.5, ...(dash && { dash }) },
      { kind: 'words', at: [x + 28, y], text: name, size: 12, fill: 'ink' },
    );
    x += room + 10;
  }
  return { marks, bottom: y };
}

export function lineChart({ x, y, lines, at, width, height }: LineChart): Scene {
  const room = { left: 52, top: 10, right: width - 12, bottom: height };
  const [across, up] = [linear([x.from, x.to], [room.left, room.right]), linear([y.from, y.to], [room.bottom, room.top])];
  const marks = axes(
    { scale: across, ticks: x.ticks.map((tick) => ({ at: tick, label: local(String(tick)) })), name: x.name },
    { scale: up, ticks: y.ticks.map((tick) => ({ at: tick, label: y.label(tick) })), name: y.name },
    room,
  );
  if (at !== null && at !== undefined) marks.push({ kind: 'line', from: [across(at), room.top], to: [across(at), room.bottom], stroke: 'edge', dash: '2 3' });
  for (const { points, stroke, dash } of lines) {
    const shown = points.filter(([, value]) => Number.isFinite(value));
    const d = shown.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${across(px).toFixed(1)} ${up(Math.min(y.to, Math.max(y.from, py))).toFixed(1)}`).join('');
    if (d !== '') marks.push({ kind: 'path', d, stroke, width: 2.5, ...(dash && { dash }) });
    if (points.length <= 12) {
      for (const [px, py] of shown) marks.push({ kind: 'dot', at: [across(px), up(Math.min(y.to, Math.max(y.from, py)))], r: 3, fill: stroke });
    }
  }
  const named = names(lines, 8, width, height + 58);
  marks.push(...named.marks);
  return { width, height: named.bottom + 8, marks };
}
