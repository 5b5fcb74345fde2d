/** Where the heads of one block look from the last move. */
import { html, nothing, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { legend } from '../../../marks/legend.ts';
import { percent } from '../../../marks/numbers.ts';
import { t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { attentionTable } from '../tables.ts';
import { attentionSquares, headWeights, plyAt, strongest } from '../view.ts';
import { picture } from './field.ts';

export function attentionPart(el: GlassOthello): TemplateResult | typeof nothing {
  const { view } = el;
  const block = Math.max(0, (view?.layer ?? 1) - 1);
  const found = view?.report?.attention.find(({ layer }) => layer === block);
  if (!view || !found) return nothing;
  const position = plyAt(view.game, view.ply);
  const moves = headWeights(found, 0).length;
  const heads = Array.from({ length: found.shape[0] ?? 0 }, (_, head) => {
    const weights = headWeights(found, head);
    const at = strongest(weights);
    const [move, share] = [view.game.plies[at + 1]?.move ?? '', percent(weights[at])];
    return html`<figure class="card">${picture(t`Head ${block}.${head} looks most at move ${at + 1}, ${move} (${share})`, attentionSquares(view.game, weights, position.board), true)}
      <figcaption class="small"><b>${block}.${head}</b> ${t`most at move ${at + 1}, ${move} (${share})`}</figcaption></figure>`;
  });
  return html`<section class="part" aria-labelledby="attention-title">
    <div class="head"><h3 id="attention-title">${t`Which past moves do the heads look at?`}</h3>${legend(t`attention`)}</div>
    <p class="small soft">${t`Block ${block}, which writes layer ${block + 1}; from the last move (query) to each move so far (key), drawn where it was played.`}${moves > 1 ? ` ${t`Spread evenly, each of the ${moves} moves would get ${percent(1 / moves)}.`}` : nothing}</p>
    <div class="cards">${heads}</div>
    ${tableView(t`Attention as a table`, () => attentionTable(view, block), el.openTables.has('attention'), (open) => el.toggleTable('attention', open))}
  </section>`;
}
