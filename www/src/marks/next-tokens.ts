/** The most likely next tokens, as bars with their numbers. */
import { html, nothing, type TemplateResult } from 'lit';
import type { NextToken } from '../api/glasshouse.d.ts';
import { percent } from './numbers.ts';
import { visible } from './token-text.ts';
import { t } from '../words/words.ts';

/** `count` rows always, so that nothing below moves; `actual` is the id that does come next. */
export function nextTokens(title: string, top: readonly NextToken[], count: number, actual: number | null): TemplateResult {
  const rows = Array.from({ length: count }, (_, rank) => top[rank]);
  return html`<table class="next">
    <caption>${title}</caption>
    <thead class="spoken"><tr><th scope="col">${t`next token`}</th><th scope="col">${t`probability`}</th></tr></thead>
    <tbody>${rows.map((next) => html`<tr .style=${next ? `--share:${Math.min(1, next.prob)}` : ''}>
      ${next
        ? html`<th scope="row" class="mono ${next.id === actual ? 'actual' : ''}"><bdi>${visible(next.text ?? `#${next.id}`)}</bdi>${next.id === actual ? html`<span class="spoken"> ${t`(does come next)`}</span>` : nothing}</th>
          <td class="number">${percent(next.prob)}</td>`
        : html`<td colspan="2">\u00a0</td>`}
    </tr>`)}</tbody>
  </table>`;
}
