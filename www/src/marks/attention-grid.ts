/** One attention pattern, large: canvas for the colours, DOM for words, focus and keys. Rows are queries, columns are keys. */
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { stepInTriangle, type Cell } from '../base/keyboard.ts';
import { shorten } from './token-text.ts';

export interface Grid {
  /** Words of the positions. */
  readonly labels: readonly string[];
  /** Name of the whole picture. */
  readonly label: string;
  readonly queryAxis: string;
  readonly keyAxis: string;
  /** Only every so many labels fit. */
  readonly step: number;
  /** The cell that is pointed at or focused. */
  readonly cell: Cell;
  /** The query that is kept. */
  readonly selected: number;
  readonly describe: (cell: Cell) => string;
  readonly point: (cell: Cell | null) => void;
  readonly pick: (cell: Cell) => void;
  readonly release: () => void;
  readonly leave: () => void;
}

/** The axis words: every `step`-th and, always, that of the cell that is pointed at, for which its neighbours make room. */
function axis({ labels, step }: Grid, marked: number, className: string): TemplateResult {
  const fits = (index: number) => index === marked || (index % step === 0 && Math.abs(index - marked) >= step);
  return html`<div class=${className} aria-hidden="true">${labels.map((label, index) =>
    fits(index)
      ? html`<span class=${index === marked ? 'marked' : ''} .style="--at:${(((index + 0.5) / labels.length) * 100).toFixed(3)}%"><bdi>${shorten(label, 11)}</bdi></span>`
      : nothing)}</div>`;
}

export function attentionGrid(grid: Grid): TemplateResult {
  const { labels, cell, selected } = grid;
  const count = labels.length;
  const share = (index: number) => `${((index / count) * 100).toFixed(3)}%`;
  const under = (event: PointerEvent | MouseEvent): Cell | null => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * count);
    const column = Math.floor(((event.clientX - box.left) / box.width) * count);
    return row >= 0 && row < count && column >= 0 && column <= row ? { row, column } : null;
  };
  const keys = (event: KeyboardEvent) => {
    const to = stepInTriangle(event.key, cell, count, event.ctrlKey || event.metaKey);
    if (to) grid.point(to);
    else if (event.key === 'Enter' || event.key === ' ') grid.pick(cell);
    else if (event.key === 'Escape') grid.release();
    else return;
    event.preventDefault();
  };
  return html`<div class="axes">
    <div class="key-axis" aria-hidden="true">${grid.keyAxis} →</div>
    <div class="query-axis" aria-hidden="true">${grid.queryAxis} →</div>
    ${axis(grid, cell.row, 'rows')}
    ${axis(grid, cell.column, 'columns')}
    <div class="field"
      @pointermove=${(event: PointerEvent) => event.pointerType === 'mouse' && grid.point(under(event))}
      @pointerleave=${(event: PointerEvent) => event.pointerType === 'mouse' && grid.point(null)}
      @click=${(event: MouseEvent) => { const at = under(event); if (at) grid.pick(at); }}>
      <canvas class="large"></canvas>
      <span class="kept" .style="top:${share(selected)};height:${share(1)};width:${share(selected + 1)}"></span>
      <div role="grid" aria-label=${grid.label} aria-rowcount=${count} aria-colcount=${count} @focusout=${grid.leave}>
        <div role="row" aria-rowindex=${cell.row + 1}>
          ${keyed(`${cell.row} ${cell.column}`, html`<div class="cell" role="gridcell" tabindex="0" aria-colindex=${cell.column + 1}
            aria-selected=${cell.row === selected} aria-label=${grid.describe(cell)}
            .style="top:${share(cell.row)};left:${share(cell.column)};width:${share(1)};height:${share(1)}" @keydown=${keys}></div>`)}
        </div>
      </div>
    </div>
  </div>`;
}
