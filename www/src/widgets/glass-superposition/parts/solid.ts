/** Features in three dimensions, turned and flattened. */
import type { FeatureGroup } from '../../../engine/superposition.d.ts';
import type { Mark, Point, Scene } from '../../../marks/scene.ts';
import { featureInk } from './arrows.ts';

type Space = readonly [number, number, number];

/** Degrees about the upright axis, then about the level one. */
export interface Turn {
  readonly yaw: number;
  readonly pitch: number;
}

export const START_TURN: Turn = { yaw: 30, pitch: 20 };

/** The point after turning, `z` towards the reader. */
export function turned([x, y, z]: Space, { yaw, pitch }: Turn): Space {
  const [a, b] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180];
  const [x1, z1] = [x * Math.cos(a) + z * Math.sin(a), z * Math.cos(a) - x * Math.sin(a)];
  return [x1, y * Math.cos(b) - z1 * Math.sin(b), y * Math.sin(b) + z1 * Math.cos(b)];
}

/** `"30,20"`, wrapped into one turn; anything else is the first turn. */
export function parseTurn(text: string): Turn {
  const [yaw, pitch] = text.split(',').map(Number);
  if (yaw === undefined || pitch === undefined || !Number.isFinite(yaw + pitch)) return START_TURN;
  return { yaw: ((Math.round(yaw) % 360) + 360) % 360, pitch: Math.min(90, Math.max(-90, Math.round(pitch))) };
}

const distance = (a: Space, b: Space): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Pairs that are neighbours: hardly further apart than the nearest neighbour of either. */
export function neighbours(points: readonly Space[]): [number, number][] {
  const nearest = points.map((point, i) => Math.min(...points.filter((_, j) => j !== i).map((other) => distance(point, other))));
  const pairs: [number, number][] = [];
  points.forEach((a, i) => points.forEach((b, j) => {
    if (i < j && distance(a, b) <= 1.18 * Math.max(nearest[i] ?? 0, nearest[j] ?? 0)) pairs.push([i, j]);
  }));
  return pairs;
}

export function solid(vectors: readonly (readonly number[])[], groups: readonly FeatureGroup[], turn: Turn, side: number, small: boolean): Scene {
  const longest = Math.max(1.2, ...vectors.map((vector) => Math.hypot(...vector)).filter(Number.isFinite));
  const unit = (side / 2 - (small ? 5 : 28)) / longest;
  const middle = side / 2;
  const points = vectors.map((vector, feature) => ({ feature, at: turned([vector[0] ?? 0, vector[1] ?? 0, vector[2] ?? 0], turn) }))
    .filter(({ at }) => at.every(Number.isFinite));
  const place = ([x, y, z]: Space): Point => {
    const near = 1 + (0.18 * z) / longest;
    return [middle + x * unit * near, middle - y * unit * near];
  };
  const depth = (z: number) => 0.35 + 0.65 * ((z / longest + 1) / 2);
  const long = points.filter(({ at }) => Math.hypot(...at) > 0.3);
  const inGroup = (a: number, b: number) => groups.length === 0 || groups.some(({ features }) => features.includes(a) && features.includes(b));
  type Drawn = { z: number; marks: Mark[] };
  const drawn: Drawn[] = neighbours(long.map(({ at }) => at)).flatMap(([i, j]) => {
    const [a, b] = [long[i], long[j]];
    if (!a || !b || !inGroup(a.feature, b.feature)) return [];
    const z = (a.at[2] + b.at[2]) / 2;
    return { z, marks: [{ kind: 'line', from: place(a.at), to: place(b.at), stroke: 'ink', width: small ? 0.8 : 1.6, opacity: 0.7 * depth(z) }] };
  });
  for (const { feature, at } of points) {
    const [x, y] = place(at);
    const r = (small ? 2.4 : 8) * (1 + (0.25 * at[2]) / longest);
    drawn.push({ z: at[2] / 2, marks: [{ kind: 'line', from: [middle, middle], to: [x, y], stroke: featureInk(feature), width: small ? 1 : 2, opacity: depth(at[2]) }] });
    drawn.push({
      z: at[2],
      marks: [
        { kind: 'dot', at: [x, y], r, fill: featureInk(feature), stroke: 'paper', width: small ? 0.5 : 1.5 },
        ...(small ? [] : [{ kind: 'words', at: [x + r + 3, y - r + 2], text: String(feature + 1), size: 13, weight: 700 } as const]),
      ],
    });
  }
  return { width: side, height: side, marks: drawn.sort((a, b) => a.z - b.z).flatMap(({ marks }) => marks) };
}
