import { html, nothing, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { attentionGrid } from '../../../marks/attention-grid.ts';
import { legend } from '../../../marks/legend.ts';
import { percent } from '../../../marks/numbers.ts';
import { tokenLabel } from '../../../marks/token-text.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassInduction } from '../element.ts';
import { looking } from '../sentence.ts';
import { headName } from '../settings.ts';
import { words } from '../strings.ts';
import { rowTable } from '../take-away.ts';
import { attention } from '../view.ts';

/** One head's whole pattern, with words on both axes. */
export function patternFigure(el: GlassInduction): TemplateResult {
  const { view, shown, cell } = el;
  // The same boxes without content: nothing moves when it comes.
  if (!view) return html`<figure class="pattern"><h4>\u00a0</h4><div class="axes"><div class="key-axis">\u00a0</div><div class="field"></div></div><figcaption class="small"></figcaption><p class="small">\u00a0</p></figure>`;
  const label = (index: number) => tokenLabel(view.tokens, index);
  const describe = ({ row, column }: typeof cell) =>
    t`From ${label(row)}, token ${row}, to ${label(column)}, token ${column}: ${percent(attention(view, shown, row, column))}`;
  const pointed = el.pointedCell;
  return html`<figure class="pattern">
    <div class="head"><h4>${t`Attention of head ${headName(shown)}`}</h4>${legend(words.attentionScale)}</div>
    ${attentionGrid({
      labels: view.tokens.map((_, index) => label(index)),
      label: t`Attention pattern of head ${headName(shown)}; rows are queries, columns are keys`,
      queryAxis: words.queryAxis,
      keyAxis: words.keyAxis,
      step: el.labelStep,
      cell,
      selected: el.kept,
      describe,
      point: (at) => el.pointCell(at),
      pick: ({ row }) => el.keepPosition(row),
      release: () => el.release(),
      leave: () => el.leaveGrid(),
    })}
    <figcaption class="small">${pointed
      ? say`From ${html`<bdi class="mono">${label(pointed.row)}</bdi>`} to ${html`<bdi class="mono">${label(pointed.column)}</bdi>`}: ${html`<b>${percent(attention(view, shown, pointed.row, pointed.column))}</b>`} of its attention.`
      : view.ids.length > 0 ? looking(view, shown, el.query) : nothing}</figcaption>
    ${tableView(t`This token’s attention as a table`, () => rowTable(view, shown, el.query), el.openTables.has('row'), (open) => el.toggleTable('row', open))}
  </figure>`;
}
