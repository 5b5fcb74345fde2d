/** Lines over a strip of tokens: from a token to what it attends to, and to it from what attends to it. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly path: string;
  readonly weight: number;
  readonly kind: 'from' | 'to';
}

/** Weaker lines would only be noise. */
const FAINTEST = 0.04;

/**
 * @param boxes of all tokens, in px of the strip
 * @param row attention of `at` to each key ≤ at
 * @param column attention of each query to `at`
 */
export function attentionLines(boxes: readonly Box[], at: number, row: Float32Array, column: Float32Array): Line[] {
  const lines: Line[] = [];
  const add = (other: number, weight: number, kind: Line['kind']) => {
    const [here, there] = [boxes[at], boxes[other]];
    if (here && there && weight >= FAINTEST && other !== at) lines.push({ path: arc(here, there), weight, kind });
  };
  column.forEach((weight, query) => add(query, weight, 'to'));
  row.forEach((weight, key) => add(key, weight, 'from'));
  return lines;
}

/** An arc above the words of one line, or a slanted curve between two lines. */
function arc(from: Box, to: Box): string {
  const [x0, x1] = [from.x + from.width / 2, to.x + to.width / 2];
  if (Math.abs(from.y - to.y) < from.height / 2) {
    const lift = Math.min(from.height * 0.9, 6 + Math.abs(x0 - x1) / 8);
    return `M${x0} ${from.y + 2}C${x0} ${from.y - lift} ${x1} ${to.y - lift} ${x1} ${to.y + 2}`;
  }
  const down = to.y > from.y;
  const [y0, y1] = [from.y + (down ? from.height - 2 : 2), to.y + (down ? 2 : to.height - 2)];
  const middle = (y0 + y1) / 2;
  return `M${x0} ${y0}C${x0} ${middle} ${x1} ${middle} ${x1} ${y1}`;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Draws the lines into an SVG that lies over the strip. */
export function drawLines(svg: SVGSVGElement, lines: readonly Line[]): void {
  svg.replaceChildren(
    ...lines.map(({ path, weight, kind }) => {
      const mark = document.createElementNS(SVG, 'path');
      mark.setAttribute('d', path);
      mark.setAttribute('class', kind);
      mark.setAttribute('stroke-width', (1 + 3 * weight).toFixed(2));
      mark.setAttribute('stroke-opacity', (0.25 + 0.75 * weight).toFixed(2));
      return mark;
    }),
  );
}
