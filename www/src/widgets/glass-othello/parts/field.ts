/** A board that can be pointed at, clicked and walked with the arrow keys: one focusable cell over a drawing. */
import { html, type TemplateResult } from 'lit';
import { board, boardSize, placeOf, squareAt, type Square } from '../../../marks/board.ts';
import { scene } from '../../../marks/scene.ts';

export const CELL = 44;

export interface Field {
  readonly name: string;
  readonly squares: readonly Square[];
  readonly cursor: number;
  readonly describe: (square: number) => string;
  readonly move: (square: number) => void;
  readonly pick: (square: number) => void;
  /** Other keys; true where one was used. */
  readonly key?: (key: string) => boolean;
}

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -8], End: [0, 8] };

const clamp = (value: number): number => Math.min(7, Math.max(0, value));

export const size = boardSize(CELL, true);

const drawing = (squares: readonly Square[]) => ({ width: size, height: size, marks: board(squares, CELL, true) });

export function field({ name, squares, cursor, describe, move, pick, key }: Field): TemplateResult {
  const [row, column] = [Math.floor(cursor / 8), cursor % 8];
  const { left, top, side } = placeOf(cursor, CELL, true);
  const keys = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) move(8 * clamp(row + step[0]) + clamp(column + step[1]));
    else if (event.key === 'Enter' || event.key === ' ') pick(cursor);
    else if (!key?.(event.key)) return;
    event.preventDefault();
  };
  const click = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const square = squareAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, CELL, true);
    if (square === null) return;
    move(square);
    pick(square);
  };
  return html`<div class="board field" @click=${click}>
    <svg viewBox="0 0 ${size} ${size}" aria-hidden="true" ${scene(drawing(squares))}></svg>
    <div role="grid" aria-label=${name} aria-rowcount="8" aria-colcount="8"><div role="row" aria-rowindex=${row + 1}>
      <div class="cell" role="gridcell" tabindex="0" aria-colindex=${column + 1} aria-label=${describe(cursor)} .style="left:${left};top:${top};width:${side};height:${side}" @keydown=${keys}></div>
    </div></div>
  </div>`;
}

/** A board to look at. */
export const picture = (label: string, squares: readonly Square[], small = false): TemplateResult => {
  const side = small ? boardSize(16, false) : size;
  return html`<div class="board ${small ? 'small-board' : ''}"><svg viewBox="0 0 ${side} ${side}" role="img" aria-label=${label}
    ${scene(small ? { width: side, height: side, marks: board(squares, 16, false) } : drawing(squares))}></svg></div>`;
};
