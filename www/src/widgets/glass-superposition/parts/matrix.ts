/** Many features in many dimensions: Wᵀ W as colours, lengths as bars, shared dimensions as a graph. */
import { hex, signedColour, viridis } from '../../../marks/colour.ts';
import { linear } from '../../../marks/scale.ts';
import type { Mark, Point, Scene } from '../../../marks/scene.ts';
import type { InstanceReport } from '../../../engine/superposition.d.ts';
import { REPRESENTED } from '../view.ts';

/** RGBA pixels of a square of signed numbers: blue positive, red negative, white zero; ±1 and beyond are full colours. */
export function signedPixels(values: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  values.forEach((value, index) => pixels.set([...signedColour(value), 255], index * 4));
  return pixels;
}

/** One bar per feature, as high as a row of the matrix: its length, in the colour of its superposition. */
export function bars({ norms, superposition }: InstanceReport, width: number, height: number): Scene {
  const row = height / Math.max(1, norms.length);
  const most = Math.max(1.3, ...norms.filter(Number.isFinite));
  const x = linear([0, most], [2, width - 2]);
  const marks: Mark[] = norms.map((norm, feature) => ({
    kind: 'box', at: [2, feature * row + row * 0.12], size: [x(Number.isFinite(norm) ? norm : 0) - 2, row * 0.76],
    fill: hex(viridis(Math.min(1, Math.max(0, superposition[feature] ?? 0)))),
  }));
  marks.push({ kind: 'line', from: [x(1), 0], to: [x(1), height], stroke: 'ink', dash: '3 3', opacity: 0.6 });
  return { width, height, marks };
}

/** Cosine from which on two features are said to share dimensions: the same for the groups that have names. */
const SHARED = 0.2;

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** Which stored features share dimensions, from Wᵀ W; `weight` is the squared cosine of the angle between them. */
export function edges(gram: Float32Array, { norms }: InstanceReport): Edge[] {
  const n = norms.length;
  const found: Edge[] = [];
  for (let from = 0; from < n; from++) {
    for (let to = from + 1; to < n; to++) {
      const [a, b] = [norms[from] ?? 0, norms[to] ?? 0];
      if (a < REPRESENTED || b < REPRESENTED) continue;
      const cosine = (gram[from * n + to] ?? 0) / (a * b);
      if (Math.abs(cosine) > SHARED) found.push({ from, to, weight: cosine * cosine });
    }
  }
  return found;
}

/** Each set on a circle of its own, the circles in rows. */
export function graph(instance: InstanceReport, gram: Float32Array, width: number): Scene {
  const links = edges(gram, instance);
  const sets = instance.groups.map(({ features }) => features).sort((a, b) => b.length - a.length);
  const place = new Map<number, Point>();
  const pad = 16;
  let [x, y, tall] = [0, 0, 0];
  for (const set of sets) {
    const radius = set.length === 1 ? 0 : Math.max(11, Math.min(width / 2 - pad, (set.length * 17) / (2 * Math.PI)));
    const size = 2 * radius + 2 * pad;
    if (x + size > width) [x, y, tall] = [0, y + tall, 0];
    const middle: Point = [x + size / 2, y + size / 2];
    set.forEach((feature, index) => {
      const angle = (2 * Math.PI * index) / set.length - Math.PI / 2;
      place.set(feature, [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)]);
    });
    x += size;
    tall = Math.max(tall, size);
  }
  const marks: Mark[] = links.flatMap(({ from, to, weight }) => {
    const [a, b] = [place.get(from), place.get(to)];
    return a && b ? [{ kind: 'line', from: a, to: b, stroke: 'ink', width: 0.6 + 2.4 * weight, opacity: 0.25 + 0.75 * weight } as const] : [];
  });
  for (const [feature, at] of place) {
    const fill = hex(viridis(Math.min(1, Math.max(0, instance.dimensionality[feature] ?? 0))));
    marks.push({ kind: 'dot', at, r: 6, fill, stroke: 'edge', width: 1 });
  }
  return { width, height: Math.max(2 * pad, y + tall), marks };
}
