import { html, type TemplateResult } from 'lit';
import type { Table } from './widget.ts';
import { local } from '../marks/numbers.ts';

/** The numbers of a picture as a table, folded away until asked for. */
export const tableView = (summary: string, make: () => Table, open: boolean, toggle: (open: boolean) => void): TemplateResult => html`
  <details class="small" ?open=${open} @toggle=${(event: Event) => toggle((event.target as HTMLDetailsElement).open)}>
    <summary>${summary}</summary>
    ${open ? render(make()) : ''}
  </details>`;

function render({ name, rows: [head = [], ...rows] }: Table): TemplateResult {
  return html`<div class="scroll tall" tabindex="0" role="group" aria-label=${name}><table>
    <caption>${name}</caption>
    <thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
    <tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => (typeof cell === 'number'
      ? html`<td class="number">${Number.isInteger(cell) ? cell : local(cell.toPrecision(4))}</td>`
      : html`<td class="mono"><bdi>${cell ?? '–'}</bdi></td>`))}</tr>`)}</tbody>
  </table></div>`;
}
