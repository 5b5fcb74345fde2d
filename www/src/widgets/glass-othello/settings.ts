/** From attributes to a question for the engine: parsing and checking, no DOM. */
import { GlasshouseError } from '../../api/error.ts';
import { refuseOther } from '../../api/nearest.ts';
import type { BoardEdit, Frame } from '../../api/othello.d.ts';

export interface Settings {
  readonly transcript: string;
  /** Null is the last ply; negative ones count from the end. */
  readonly ply: number | null;
  readonly layer: number | null;
  readonly frame: string;
  readonly edits: string;
  readonly editLayers: string;
  /** Null is what suits the probes. */
  readonly scale: number | null;
  /** Null, and empty, is what suits the machine. */
  readonly directions: number | null;
  readonly sweep: string;
  readonly seed: number;
}

export const FRAMES: readonly Frame[] = ['mine-theirs', 'black-white'];
export const HOWS: readonly BoardEdit['how'][] = ['flip', 'empty', 'mine', 'theirs'];

const bad = (message: string): GlasshouseError => new GlasshouseError('bad-input', message);

/** `19` is `d3`. */
export const squareName = (square: number): string => `${'abcdefgh'.charAt(square % 8)}${Math.floor(square / 8) + 1}`;

export function squareOf(name: string): number | null {
  const [, column, row] = /^([a-h])([1-8])$/i.exec(name) ?? [];
  return column && row ? (Number(row) - 1) * 8 + column.toLowerCase().charCodeAt(0) - 97 : null;
}

/** `"d3:flip,e6:empty"`; a square alone is flipped. The last edit of a square counts. */
export function parseEdits(text: string): BoardEdit[] {
  const edits = new Map<number, BoardEdit>();
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const [name = '', how = 'flip', ...rest] = part.split(':');
    const square = squareOf(name);
    if (square === null || rest.length > 0) throw bad(`edits="${part}" is not of the form d3:flip; squares are a1 to h8.`);
    edits.set(square, { square, how: refuseOther('edits', how, HOWS) });
  }
  return [...edits.values()].sort((a, b) => a.square - b.square);
}

export const formatEdits = (edits: readonly BoardEdit[]): string => edits.map(({ square, how }) => `${squareName(square)}:${how}`).join(',');

/** `"4,5"`, each a layer that has probes. */
export function parseLayers(text: string, known: readonly number[]): number[] {
  const layers = text.split(/[\s,]+/).filter((word) => word !== '').map((word) => checkLayer('edit-layers', word, known));
  return [...new Set(layers)].sort((a, b) => a - b);
}

export function checkLayer(attribute: string, given: string | number, known: readonly number[]): number {
  const layer = /^\d+$/.test(String(given)) ? Number(given) : Number.NaN;
  if (known.includes(layer)) return layer;
  throw bad(`${attribute}="${given}": there are layers ${known[0] ?? 0} to ${known.at(-1) ?? 0}, where 0 is the embedding.`);
}

export const checkFrame = (frame: string): Frame => refuseOther('frame', frame, FRAMES);

/** The ply that is shown, of `last` + 1. */
export function place(ply: number | null, last: number): number {
  if (ply === null || Number.isNaN(ply)) return last;
  if (!Number.isInteger(ply)) throw bad(`ply="${ply}" is no whole number.`);
  return Math.max(0, Math.min(last, ply < 0 ? last + 1 + ply : ply));
}
