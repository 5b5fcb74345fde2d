/** What one feature is: where it fires, what it promotes, what lies near it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TokenEffect } from '../../../api/features.d.ts';
import { tableView } from '../../../base/table-view.ts';
import { histogram } from '../../../marks/histogram.ts';
import { count as whole, fixed, percent, signed } from '../../../marks/numbers.ts';
import { passageLine } from '../../../marks/passage.ts';
import { scene } from '../../../marks/scene.ts';
import { tokenCount, visible } from '../../../marks/token-text.ts';
import { say, t } from '../../../words/words.ts';
import type { Firing, Passage } from '../cards.ts';
import type { GlassFeatures } from '../element.ts';
import { largestByChance } from '../chance.ts';
import { cardWords, short } from '../sentence.ts';
import { words } from '../strings.ts';
import { histogramTable } from '../tables.ts';
import { overText, type View } from '../view.ts';

const source = ({ source: from }: Passage): string =>
  (from ? [from.title ?? from.corpus, from.author, from.licence].filter((part) => part !== null && part !== '').join(', ') : '');

/** The strongest passages, the peak in the middle. */
export const passageList = ({ passages, maximum }: Firing, texts: ReadonlyMap<number, string>, count: number): TemplateResult => html`<ol class="passages">
  ${passages.slice(0, count).map((passage) => html`<li title=${source(passage)}>${passageLine(passage.ids.map((id, at) => ({ text: texts.get(id) ?? `#${id}`, share: passage.shades[at] ?? 0 })), passage.peak)}
    <span class="number soft" title=${t`activation at the peak, of at most ${short(maximum)}`}>${short(passage.activation)}</span></li>`)}</ol>`;

const effects = (title: string, tokens: readonly TokenEffect[]): TemplateResult => {
  const most = Math.max(1e-9, ...tokens.map(({ logit }) => Math.abs(logit)));
  return html`<table class="effects"><caption>${title}</caption><thead class="spoken"><tr><th scope="col">${t`token`}</th><th scope="col">${t`logit per unit`}</th></tr></thead>
    <tbody>${tokens.map(({ id, text, logit }) => html`<tr class=${logit < 0 ? 'minus' : 'plus'} .style="--share:${(Math.abs(logit) / most).toFixed(3)}"><th scope="row" class="mono"><bdi>${visible(text ?? `#${id}`)}</bdi></th><td class="number">${signed(logit)}</td></tr>`)}</tbody></table>`;
};

export const activationScene = ({ histogram: counts, maximum }: Firing, width: number, at: number | null): ReturnType<typeof histogram> =>
  histogram({ counts, log: true, from: 0, to: maximum, x: t`activation`, y: t`tokens, log`, label: short, width, height: 150, at });

function attribution({ passages }: Firing): string {
  return [...new Set(passages.map(source).filter((text) => text !== ''))].join('; ');
}

function firingPart(el: GlassFeatures, view: View): TemplateResult {
  const { firing, feature } = view;
  if (!firing) return html`<p class="small soft">${words.noPassages}</p>`;
  const here = overText(view, feature)[view.position] ?? 0;
  const most = Math.max(...firing.histogram);
  return html`<p class="small soft">${say`${html`<b>${t`Precomputed`}</b>`}, not in this tab: ${html`<span lang="en">${view.passages?.label.replace(/^precomputed /, '') ?? ''}</span>`}.`}</p>
    ${firing.passages.length > 0 ? passageList(firing, view.texts, 6) : html`<p class="small">${t`It never fired there: a dead feature, as far as that text tells.`}</p>`}
    ${firing.passages.length > 0 ? html`<p class="small soft">${t`From: ${attribution(firing)}.`}</p>
    <figure class="chart"><h4>${t`Where it fires, how strongly`}</h4>
      <svg role="img" aria-label=${t`Histogram of activations above 0 up to ${short(firing.maximum)}; the fullest of ${firing.histogram.length} bins holds ${tokenCount(most)}.`} ${scene(activationScene(firing, Math.min(420, el.chartWidth), here > 0 ? here : null))}></svg>
      <figcaption class="small">${say`Above 0 on ${html`<b>${percent(firing.density)}</b>`} of ${whole(view.passages?.tokens ?? 0)} tokens, at most ${short(firing.maximum)}.`}${here > 0 ? ` ${t`The line: ${short(here)}, at the picked token.`}` : ''}</figcaption>
      ${tableView(t`Histogram as a table`, () => histogramTable(view), el.openTables.has('histogram'), (open) => el.toggleTable('histogram', open))}</figure>` : nothing}`;
}

export function cardPart(el: GlassFeatures, view: View): TemplateResult {
  const { card, feature } = view;
  const { neighbours } = el.more;
  return html`<section class="part" aria-labelledby="card-title">
    <div class="head"><h3 id="card-title">${t`Feature ${feature}`}</h3>
      ${el.showsPart('controls') ? html`<form class="row small" @submit=${(event: Event) => {
        event.preventDefault();
        el.pick(Number(new FormData(event.target as HTMLFormElement).get('feature')));
      }}><label class="row tight">${t`Number`} <input type="number" name="feature" min="0" max=${view.count - 1} .value=${String(el.feature ?? feature)}></label><button type="submit">${t`Show`}</button></form>` : nothing}</div>
    <p>${cardWords(view)}</p>
    <div class="pair">
      <div class="column">${firingPart(el, view)}</div>
      <div class="column"><p class="small soft">${say`${html`<b>${t`Computed just now`}</b>`} from the weights.`}</p>
        ${card.promoted.length > 0 ? html`<div class="both">${effects(t`Promotes`, card.promoted)}${effects(t`Suppresses`, card.suppressed)}</div>
          <p class="small soft">${words.effect}</p>` : html`<p class="small soft">${t`What is written at ${view.hook} does not reach the logits directly.`}</p>`}
        <p class="small">${t`Nearest by decoder angle:`} ${neighbours ? neighbours.map(({ index, cosine }) => html`<button type="button" class="chip" @click=${() => el.pick(index)}>${index} <span class="number">cos ${fixed(cosine, 2)}</span></button> `) : html`<span class="soft">${t`measuring all ${view.count} …`}</span>`}</p>
        <p class="small">${view.hook.endsWith('mlp.hook_post') ? t`Its neurons:` : t`Largest entries of its decoder row:`} ${card.neurons.slice(0, 6).map(({ index, weight }) => html`<span class="neuron">${index} <span class="number">${signed(weight)}</span></span> `)}
          <span class="soft">${t`(unit decoder row of ${view.hook})`}</span></p>
        <p class="small soft">${t`By chance: among ${whole(view.count)} random directions the nearest would lie at about cos ${fixed(largestByChance(view.width, view.count - 1), 2)}, and the largest entry of a random direction would be about ${fixed(largestByChance(view.width, 2 * view.width), 2)}.`}</p>
      </div>
    </div>
  </section>`;
}
