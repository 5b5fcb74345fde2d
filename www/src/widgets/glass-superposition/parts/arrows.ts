/** Features as arrows from the middle, in a plane. */
import { KIND_COLOURS } from '../../../marks/colour.ts';
import type { Ink, Mark, Point, Scene } from '../../../marks/scene.ts';
import { fixed } from '../../../marks/numbers.ts';
import { linear } from '../../../marks/scale.ts';
import { t } from '../../../words/words.ts';
import type { FeatureGroup } from '../../../engine/superposition.d.ts';

/** The colour of a feature by its number. */
export const featureInk = (feature: number): Ink => KIND_COLOURS[feature % KIND_COLOURS.length] as Ink;

export interface Plane {
  /** `[feature][hidden]`; one or two hidden dimensions */
  readonly vectors: readonly (readonly number[])[];
  readonly groups: readonly FeatureGroup[];
  readonly side: number;
  /** Small multiples carry no words. */
  readonly small: boolean;
  readonly chosen?: number | null;
}

/** With more features than this only the stored ones are numbered. */
const MOST_WORDS = 12;

const length = ([x = 0, y = 0]: readonly number[]): number => Math.hypot(x, y);

/** How far the drawing reaches: in steps, so that the scale stands still while arrows grow. */
const reach = (vectors: readonly (readonly number[])[]): number => {
  const longest = Math.max(...vectors.map(length).filter(Number.isFinite), 0);
  return [1.35, 2, 3, 5, 10].find((limit) => longest * 1.06 <= limit) ?? longest * 1.1;
};

/** The slanting directions, the one that is furthest from every arrow first. */
function freest(vectors: readonly (readonly number[])[]): readonly (readonly [number, number])[] {
  const slants = [[1, -1], [-1, -1], [1, 1], [-1, 1]].map(([x = 1, y = 1]) => [x * Math.SQRT1_2, y * Math.SQRT1_2] as const);
  const crowd = ([x, y]: readonly [number, number]) => Math.max(0, ...vectors.map(([a = 0, b = 0]) => a * x + b * y));
  const best = slants.reduce((best, other) => (crowd(other) < crowd(best) - 0.2 ? other : best));
  return [best, ...slants.filter((other) => other !== best)];
}

/** What the words “length 1” need, and how far the end of an arrow and its number reach, in px. */
const [WORDS_WIDE, WORDS_HIGH, NEAR] = [46, 11, 9];

/** Whether a point comes too near to words that begin (`ux` > 0) or end at `at`. */
const covers = ([x, y]: Point, ux: number, [a, b]: Point): boolean => {
  const left = ux > 0 ? x : x - WORDS_WIDE;
  return a > left - NEAR && a < left + WORDS_WIDE + NEAR && b > y - WORDS_HIGH - NEAR && b < y + NEAR;
};

function arrow(from: Point, to: Point, ink: Ink, small: boolean, strong: boolean): Mark[] {
  const width = small ? 1.6 : strong ? 4 : 2.6;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const size = Math.hypot(dx, dy);
  const line: Mark = { kind: 'line', from, to, stroke: ink, width };
  if (size < 4) return [{ kind: 'dot', at: to, r: small ? 1.6 : 3, fill: ink }];
  if (small) return [line, { kind: 'dot', at: to, r: 2, fill: ink }];
  const [ux, uy, head] = [dx / size, dy / size, Math.min(11, size / 2)];
  const side = head * 0.5;
  const base: Point = [to[0] - ux * head, to[1] - uy * head];
  return [
    { ...line, to: base },
    { kind: 'path', fill: ink, d: `M${to[0]} ${to[1]}L${base[0] - uy * side} ${base[1] + ux * side}L${base[0] + uy * side} ${base[1] - ux * side}Z` },
  ];
}

/** The outline of each figure that was found: its features, joined in the order of their angles. */
function outlines(vectors: readonly (readonly number[])[], groups: readonly FeatureGroup[], place: (v: readonly number[]) => Point): Mark[] {
  return groups.filter(({ features }) => features.length > 1).map(({ features }) => {
    const angle = (feature: number) => Math.atan2(vectors[feature]?.[1] ?? 0, vectors[feature]?.[0] ?? 0);
    const corners = [...features].sort((a, b) => angle(a) - angle(b)).map((feature) => place(vectors[feature] ?? []));
    return { kind: 'path', d: `M${corners.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`, fill: 'accent', opacity: 0.13 };
  });
}

export function plane({ vectors, groups, side, small, chosen = null }: Plane): Scene {
  const limit = reach(vectors);
  const margin = small ? 3 : 20;
  const x = linear([-limit, limit], [margin, side - margin]);
  const y = linear([limit, -limit], [margin, side - margin]);
  const place = ([a = 0, b = 0]: readonly number[]): Point => [x(a), y(b)];
  /** Where the number of an arrow stands. */
  const beyond = (vector: readonly number[]): Point => {
    const out = 1 + (0.1 * (limit / 1.35)) / Math.max(1e-6, length(vector));
    return place(vector.map((value) => value * out));
  };
  const middle = place([0, 0]);
  const radius = x(1) - x(0);
  const marks: Mark[] = [
    { kind: 'line', from: [margin, middle[1]], to: [side - margin, middle[1]], stroke: 'line' },
    { kind: 'line', from: [middle[0], margin], to: [middle[0], side - margin], stroke: 'line' },
    { kind: 'dot', at: middle, r: radius, stroke: 'edge', dash: small ? '2 3' : '3 4' },
  ];
  if (!small) {
    // Between arrows that leave no room the circle speaks for itself.
    const ends = vectors.flatMap((vector) => [place(vector), beyond(vector)]);
    for (const [ux, uy] of freest(vectors)) {
      const at: Point = [middle[0] + ux * (radius + 6), middle[1] - uy * (radius + 6) + 4];
      if (ends.some((end) => covers(at, ux, end))) continue;
      marks.push({ kind: 'words', at, text: t`length 1`, size: 11, fill: 'soft', anchor: ux > 0 ? 'start' : 'end' });
      break;
    }
    if (limit > 1.35) marks.push({ kind: 'words', at: [side - margin, side - 6], text: t`the frame reaches to ${fixed(limit, limit < 10 ? 1 : 0)}`, size: 11, fill: 'soft', anchor: 'end' });
  }
  const finite = vectors.map((vector) => vector.every(Number.isFinite));
  marks.push(...outlines(vectors, groups.filter(({ features }) => features.every((feature) => finite[feature])), place));
  vectors.forEach((vector, feature) => {
    if (!finite[feature]) return;
    marks.push(...arrow(middle, place(vector), featureInk(feature), small, feature === chosen));
  });
  if (!small) {
    vectors.forEach((vector, feature) => {
      const size = length(vector);
      // A crowd of numbers says nothing.
      if (!finite[feature] || size < 0.05 || (vectors.length > MOST_WORDS && size < 0.5)) return;
      const [px, py] = beyond(vector);
      marks.push({ kind: 'words', at: [px, py + 5], text: String(feature + 1), size: 14, weight: 700, anchor: 'middle' });
    });
  }
  return { width: side, height: side, marks };
}
