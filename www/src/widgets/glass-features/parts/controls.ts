import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { tokenCount } from '../../../marks/token-text.ts';
import { t } from '../../../words/words.ts';
import type { GlassFeatures } from '../element.ts';
import { EXAMPLES } from '../examples.ts';
import { DICTIONARIES } from '../settings.ts';
import { words } from '../strings.ts';

/** A group of buttons of which one is chosen; arrows move the choice. */
export function choice<Word extends string>(label: string, options: readonly (readonly [Word, string])[], chosen: string, choose: (word: Word) => void): TemplateResult {
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = options.findIndex(([word]) => word === chosen);
    const next = options[(at + step + options.length) % options.length]?.[0];
    if (next === undefined) return;
    choose(next);
    (event.currentTarget as Element).querySelector<HTMLElement>(`[data-word="${next}"]`)?.focus();
  };
  return html`<span class="segments" role="radiogroup" aria-label=${label} @keydown=${keys}>${options.map(([word, name], index) => html`<button type="button" role="radio"
    data-word=${word} aria-checked=${word === chosen} tabindex=${word === chosen || (index === 0 && !options.some(([other]) => other === chosen)) ? 0 : -1} @click=${() => choose(word)}>${name}</button>`)}</span>`;
}

/** Examples first, then the reader's own text. */
export function controls(el: GlassFeatures): TemplateResult {
  const { view } = el;
  return html`<div class="part controls">
    <div class="row" role="group" aria-label=${t`Examples`}>
      ${EXAMPLES.map(({ name, text }) => html`<button type="button" aria-pressed=${el.text === text} @click=${() => el.type(text)}>${name}</button>`)}
    </div>
    <label class="typed"><span class="spoken">${words.text}</span>
      <textarea rows="3" dir="auto" spellcheck="false" autocomplete="off" autocapitalize="off" placeholder=${words.text}
        .value=${live(el.text)} @input=${(event: Event) => el.type((event.target as HTMLTextAreaElement).value)}></textarea></label>
    <div class="row small"><span>${t`Dictionary`}</span>
      ${choice(t`Dictionary`, DICTIONARIES.map((name) => [name, name === 'x4' ? t`4 features per neuron` : t`16 per neuron`] as const), el.sae === '' ? el.dictionary : '', (name) => el.switchDictionary(name))}
      ${el.sae === '' ? nothing : html`<span class="mono">${el.sae}</span>`}
      <span class="soft note">${view?.cut ? html`<b>${t`The text is longer than the model can read.`}</b> ${t`The first ${view.tokens.length} tokens are analysed.`}` : view ? t`${tokenCount(view.tokens.length)}, computed again as you type.` : nothing}</span>
    </div>
  </div>`;
}
