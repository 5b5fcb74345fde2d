import { html, nothing, type TemplateResult } from 'lit';
import { signed } from '../../../marks/numbers.ts';
import { visible } from '../../../marks/token-text.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassFeatures } from '../element.ts';
import { short } from '../sentence.ts';

/** Features by a token: that fire on it here, that peak on it in held-out text, that promote it. */
export function searchPart(el: GlassFeatures): TemplateResult {
  const { found } = el;
  const chip = (index: number, number: string) => html`<button type="button" class="chip" aria-pressed=${index === el.view?.feature} @click=${() => el.pick(index)}>${index} <span class="number">${number}</span></button> `;
  const none = html`<span class="soft">${t`none`}</span>`;
  return html`<section class="part" aria-labelledby="search-title">
    <h3 id="search-title">${t`Search features by a token`}</h3>
    ${el.showsPart('controls') ? html`<form class="row" @submit=${(event: Event) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem('token');
      if (field instanceof HTMLInputElement) void el.lookUp(field.value);
    }}><label class="typed"><span class="spoken">${t`Token`}</span><input type="text" class="mono" name="token" spellcheck="false" autocomplete="off" autocapitalize="off" placeholder=" mother" .value=${el.search}></label>
      <button type="submit">${t`Search`}</button></form>
      <p class="small soft">${t`Most tokens begin with a space: “ mother” is another token than “mother”. Of several tokens the first is taken.`}</p>` : nothing}
    ${el.note === '' ? nothing : html`<p class="small"><b class="warn">${el.note}</b></p>`}
    <p class="spoken" role="status">${found ? t`Features and ${found.text}: promoting it ${found.promoting.length}, peaking at it ${found.peaking.length}, firing on it here ${found.here.length}.` : el.note}</p>
    ${found ? html`<dl class="finds small">
      <dt>${say`Promote ${html`<b class="mono"><bdi>${visible(found.text)}</bdi></b>`}`} <span class="soft">${t`logit per unit`}</span></dt><dd>${found.promoting.length > 0 ? found.promoting.map(({ index, logit }) => chip(index, signed(logit))) : none}</dd>
      <dt>${t`Peak on it`} <span class="soft">${t`passages, precomputed`}</span></dt><dd>${found.peaking.length > 0 ? found.peaking.map(({ index, passages }) => chip(index, `${passages} ×`)) : none}</dd>
      <dt>${t`Fire on it here`} <span class="soft">${t`activation`}</span></dt><dd>${found.here.length > 0 ? found.here.map(({ index, activation }) => chip(index, short(activation))) : none}</dd>
    </dl>` : nothing}
  </section>`;
}
