/** The phase diagram: one pixel per model, and the boundary between the best outcomes over them. */
import type { Outcome } from '../../../engine/superposition.d.ts';
import { axes, type Room } from '../../../marks/axes.ts';
import type { Rgb } from '../../../marks/colour.ts';
import { local } from '../../../marks/numbers.ts';
import { logarithmic, logTicks } from '../../../marks/scale.ts';
import type { Mark, Scene } from '../../../marks/scene.ts';
import { t } from '../../../words/words.ts';
import type { Grid } from '../settings.ts';

/** Light, middle and dark, so that they differ without colours too. */
export const OUTCOME_COLOURS: Readonly<Record<Outcome, Rgb>> = { dropped: [226, 228, 232], dedicated: [47, 117, 196], superposed: [240, 176, 48] };
const LOST: Rgb = [190, 24, 106];

/** RGBA pixels, the most important row on top; models that were stopped are magenta. */
export function phasePixels(outcome: readonly Outcome[], diverged: Uint8Array | null, size: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(size * size * 4);
  outcome.forEach((found, cell) => {
    const [row, column] = [Math.floor(cell / size), cell % size];
    pixels.set([...(diverged?.[cell] ? LOST : OUTCOME_COLOURS[found]), 255], ((size - 1 - row) * size + column) * 4);
  });
  return pixels;
}

/** The sides between cells whose best outcomes differ, as a path; cell (0, 0) is at the lower left. */
export function boundary(exact: readonly Outcome[], size: number, { left, top, right, bottom }: Room): string {
  const [wide, high] = [(right - left) / size, (bottom - top) / size];
  const at = (row: number, column: number) => exact[row * size + column];
  const parts: string[] = [];
  const side = (x: number, y: number, rest: string) => parts.push(`M${(left + x * wide).toFixed(2)} ${(bottom - y * high).toFixed(2)}${rest}`);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (column + 1 < size && at(row, column) !== at(row, column + 1)) side(column + 1, row, `v${(-high).toFixed(2)}`);
      if (row + 1 < size && at(row, column) !== at(row + 1, column)) side(column, row + 1, `h${wide.toFixed(2)}`);
    }
  }
  return parts.join('');
}

export const phaseRoom = (width: number): Room => {
  const side = Math.min(width - 62 - 10, 560);
  return { left: 62, top: 8, right: 62 + side, bottom: 8 + side };
};

/** Axes and boundary; the cells themselves are a canvas below it. */
export function phaseScene({ size, density, importance }: Grid, exact: readonly Outcome[] | null, width: number): Scene {
  const room = phaseRoom(width);
  const { left, right, top, bottom } = room;
  // Cell centres stand for the values: the axes reach half a cell further.
  const half = (from: number, to: number) => Math.sqrt((to / from) ** (1 / (size - 1)));
  const [p0 = 1, p1 = 0.01] = [density[0], density.at(-1)];
  const [i0 = 0.1, i1 = 10] = [importance[0], importance.at(-1)];
  const [hp, hi] = [half(p0, p1), half(i0, i1)];
  const x = logarithmic([p0 / hp, p1 * hp], [left, right]);
  const y = logarithmic([i0 / hi, i1 * hi], [bottom, top]);
  const marks: Mark[] = axes(
    { scale: x, ticks: logTicks(p1, p0).map((at) => ({ at, label: local(String(at)) })), name: t`density p = 1 − S (sparser →)` },
    { scale: y, ticks: logTicks(i0, i1).map((at) => ({ at, label: local(String(at)) })), name: t`importance of the last feature` },
    room,
  );
  if (exact) {
    const d = boundary(exact, size, room);
    // Dark on light, so that it stands out from every cell.
    marks.push({ kind: 'path', d, stroke: '#ffffff', width: 4 }, { kind: 'path', d, stroke: '#000000', width: 2 });
  }
  return { width, height: bottom + 44, marks };
}
