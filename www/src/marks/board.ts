/** A board of 8 × 8 squares as marks: discs as sure as a reader is of them, squares coloured by a number, signs for what matters. */
import { hex, inkOn, viridis, type Rgb } from './colour.ts';
import type { Ink, Mark } from './scene.ts';

export interface Square {
  /** `sure`: 0 no disc, 1 a disc; `white`: 0 black, 1 white, between them unsure of the colour. */
  readonly disc?: { readonly sure: number; readonly white: number } | undefined;
  /** 0 to 1, as a viridis colour of the square. */
  readonly share?: number | undefined;
  readonly text?: string | undefined;
  /** An outline that says: look here. */
  readonly outline?: 'wrong' | 'picked' | undefined;
  /** A dot where a move is legal, a plus where it became legal, a cross where it is not or no longer. */
  readonly sign?: 'dot' | 'plus' | 'cross' | undefined;
}

export const FELT = '#a9cbb1';
const WRONG = '#9c0059';
const LABELS = 16;

const grey = (white: number): `#${string}` => {
  const level = Math.round(17 + 238 * Math.min(1, Math.max(0, white)));
  return hex([level, level, level]);
};

const felt: Rgb = [169, 203, 177];

/** Where the squares begin, and how large a board becomes. */
export const boardSize = (cell: number, labels: boolean): number => 8 * cell + (labels ? LABELS : 0);

function disc({ sure, white }: NonNullable<Square['disc']>, x: number, y: number, cell: number, small: boolean): Mark[] {
  if (!(sure >= 0.02)) return [];
  return [{
    kind: 'dot', at: [x + cell / 2, y + cell / 2], r: cell * (small ? 0.22 : 0.38), fill: grey(white), stroke: '#3b4a40', width: cell > 20 ? 1 : 0.6,
    opacity: Math.min(1, sure),
  }];
}

function sign(kind: NonNullable<Square['sign']>, cx: number, cy: number, cell: number, ink: Ink): Mark[] {
  const r = cell * 0.16;
  if (kind === 'dot') return [{ kind: 'dot', at: [cx, cy], r: cell * 0.09, fill: ink }];
  const d = kind === 'plus' ? `M${cx - r} ${cy}h${2 * r}M${cx} ${cy - r}v${2 * r}` : `M${cx - r} ${cy - r}l${2 * r} ${2 * r}M${cx + r} ${cy - r}l${-2 * r} ${2 * r}`;
  return [{ kind: 'path', d, stroke: ink, width: Math.max(1.5, cell / 14) }];
}

/**
 * @param squares 64 of them, row-major from a1 at the top left
 * @param cell side of a square
 */
export function board(squares: readonly Square[], cell: number, labels: boolean): Mark[] {
  const from = labels ? LABELS : 0;
  const side = 8 * cell;
  const marks: Mark[] = [{ kind: 'box', at: [from, from], size: [side, side], fill: FELT }];
  squares.forEach(({ share }, index) => {
    if (share === undefined) return;
    marks.push({ kind: 'box', at: [from + (index % 8) * cell, from + Math.floor(index / 8) * cell], size: [cell, cell], fill: hex(viridis(share)) });
  });
  const lines = Array.from({ length: 9 }, (_, i) => `M${from} ${from + i * cell}h${side}M${from + i * cell} ${from}v${side}`).join('');
  marks.push({ kind: 'path', d: lines, stroke: '#5f7a67', width: cell > 20 ? 1 : 0.5 });
  squares.forEach((square, index) => {
    const [x, y] = [from + (index % 8) * cell, from + Math.floor(index / 8) * cell];
    const ink: Ink = inkOn(square.share === undefined ? felt : viridis(square.share));
    if (square.disc) marks.push(...disc(square.disc, x, y, cell, square.share !== undefined));
    // Below the number, where there is one.
    if (square.sign) marks.push(...sign(square.sign, x + cell / 2, y + cell * (square.text ? 0.72 : 0.5), cell * (square.text ? 0.7 : 1), ink));
    if (square.text) marks.push({ kind: 'words', at: [x + cell / 2, y + cell * (square.sign ? 0.42 : 0.6)], text: square.text, size: cell * 0.31, fill: ink, anchor: 'middle' });
    if (square.outline) {
      const inset = cell > 20 ? 2 : 1;
      marks.push({ kind: 'box', at: [x + inset, y + inset], size: [cell - 2 * inset, cell - 2 * inset], stroke: square.outline === 'wrong' ? WRONG : square.share === undefined ? '#0a3d91' : '#ffffff', width: cell > 20 ? 3 : 1.6 });
    }
  });
  if (!labels) return marks;
  for (let i = 0; i < 8; i += 1) {
    const middle = from + (i + 0.5) * cell;
    marks.push(
      { kind: 'words', at: [middle, 11], text: 'abcdefgh'.charAt(i), size: 11, fill: 'soft', anchor: 'middle' },
      { kind: 'words', at: [7, middle + 4], text: String(i + 1), size: 11, fill: 'soft', anchor: 'middle' },
    );
  }
  return marks;
}

/** The square under a point of a drawn board, given as shares of its sides; null on the labels. */
export function squareAt(x: number, y: number, cell: number, labels: boolean): number | null {
  const [size, from] = [boardSize(cell, labels), labels ? LABELS : 0];
  const [column, row] = [Math.floor((x * size - from) / cell), Math.floor((y * size - from) / cell)];
  return column >= 0 && column < 8 && row >= 0 && row < 8 ? row * 8 + column : null;
}

/** Where a square lies on a drawn board, in percent of its sides. */
export function placeOf(square: number, cell: number, labels: boolean): { left: string; top: string; side: string } {
  const [size, from] = [boardSize(cell, labels), labels ? LABELS : 0];
  const percent = (units: number) => `${((units / size) * 100).toFixed(3)}%`;
  return { left: percent(from + (square % 8) * cell), top: percent(from + Math.floor(square / 8) * cell), side: percent(cell) };
}
