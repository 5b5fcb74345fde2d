/** The text, its features under each token, and one feature as colour over all of it. */
import { html, nothing, type TemplateResult } from 'lit';
import { stepInList } from '../../../base/keyboard.ts';
import { tableView } from '../../../base/table-view.ts';
import { css, inkOn, viridis } from '../../../marks/colour.ts';
import { legend } from '../../../marks/legend.ts';
import { isBos, tokenLabel } from '../../../marks/token-text.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassFeatures } from '../element.ts';
import { short } from '../sentence.ts';
import { words } from '../strings.ts';
import { featureTable } from '../tables.ts';
import { activeAt, maximumOf, overText, type Active, type View } from '../view.ts';

const UNDER_A_TOKEN = 3;
const AT_THE_TOKEN = 12;

function cell(view: View, position: number, share: number, activation: number): TemplateResult {
  const rgb = activation > 0 ? viridis(Math.min(1, share)) : null;
  const label = tokenLabel(view.tokens, position);
  const under = activeAt(view, position).slice(0, UNDER_A_TOKEN);
  return html`<span class="cell" role="option" data-index=${position} tabindex=${position === view.position ? 0 : -1} aria-selected=${position === view.position}>
    <span class="token ${rgb ? '' : 'bare'}" .style=${rgb ? `background:${css(rgb)};color:${inkOn(rgb)}` : ''}><bdi>${label}</bdi></span><span class="spoken">${isBos(view.tokens, position) ? `, ${t`the beginning of the text`}` : ''}, ${activation > 0 ? t`feature ${view.feature} ${short(activation)}` : t`feature ${view.feature} silent`}${under.length > 0 ? `; ${t`strongest`}` : ''}</span>
    ${under.map(({ index }) => html`<span class="under ${index === view.feature ? 'chosen' : ''}" data-feature=${index}>${index}</span>`)}
  </span>`;
}

const chip = (el: GlassFeatures, view: View, { index, activation }: Active, most: number): TemplateResult => html`<button type="button" class="chip" aria-pressed=${index === view.feature}
  .style="--share:${(activation / most).toFixed(3)}" @click=${() => el.pick(index, view.position)}>${index} <span class="number">${short(activation)}</span></button>`;

export function tokensPart(el: GlassFeatures, view: View): TemplateResult {
  const values = overText(view, view.feature);
  const maximum = maximumOf(view.firing, view, view.feature) || 1;
  const here = activeAt(view, view.position);
  const at = (event: Event, name: 'index' | 'feature'): number | null => {
    const found = (event.target as Element).closest(`[data-${name}]`)?.getAttribute(`data-${name}`);
    return found === null || found === undefined ? null : Number(found);
  };
  const click = (event: MouseEvent) => {
    const [position, feature] = [at(event, 'index'), at(event, 'feature')];
    if (position === null) return;
    if (feature === null) el.pickToken(position);
    else el.pick(feature, position);
  };
  const keys = (event: KeyboardEvent) => {
    const position = at(event, 'index');
    if (position === null) return;
    const to = stepInList(event.key, position, view.tokens.length);
    if (to !== undefined) (event.currentTarget as Element).querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus();
    else if (event.key === 'Enter' || event.key === ' ') el.pickToken(position);
    else return;
    event.preventDefault();
  };
  return html`<section class="part" aria-labelledby="tokens-title">
    <div class="head"><h3 id="tokens-title">${t`Features under each token`}</h3>
      ${legend(t`activation of feature ${view.feature}`, short(maximum))}</div>
    <p class="small soft">${words.tokensHint}</p>
    <div class="strip" role="listbox" aria-orientation="horizontal" aria-label=${t`Tokens, coloured by feature ${view.feature}`} @click=${click} @keydown=${keys}>
      ${view.tokens.map((_, position) => cell(view, position, (values[position] ?? 0) / maximum, values[position] ?? 0))}</div>
    <div class="row small" role="group" aria-label=${t`Features at the token`}>
      <span>${say`At ${html`<b class="mono"><bdi>${tokenLabel(view.tokens, view.position)}</bdi></b>`}:`}</span>
      ${here.slice(0, AT_THE_TOKEN).map((active) => chip(el, view, active, here[0]?.activation ?? 1))}
      ${here.length > AT_THE_TOKEN ? html`<span class="soft">${t`and ${here.length - AT_THE_TOKEN} weaker`}</span>` : here.length === 0 ? html`<span class="soft">${t`nothing fires.`}</span>` : nothing}
    </div>
    ${tableView(t`All features of all tokens as a table`, () => featureTable(view), el.openTables.has('features'), (open) => el.toggleTable('features', open))}
  </section>`;
}
