import { html, nothing, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { moveTable, readTable } from '../tables.ts';

/** The boards and the moves as tables. */
export function boardTables(el: GlassOthello): TemplateResult | typeof nothing {
  const { view } = el;
  return view?.report?.moves ? html`
    ${tableView(t`The boards as a table`, () => readTable(view), el.openTables.has('read'), (open) => el.toggleTable('read', open))}
    ${tableView(t`The moves as a table`, () => moveTable(view), el.openTables.has('moves'), (open) => el.toggleTable('moves', open))}` : nothing;
}
