import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { tokenCount } from '../../../marks/token-text.ts';
import { t } from '../../../words/words.ts';
import type { GlassInduction } from '../element.ts';
import { EXAMPLES } from '../examples.ts';
import { words } from '../strings.ts';

/** Examples first, then the reader's own text. */
export function controls(el: GlassInduction): TemplateResult {
  const { view } = el;
  const random = el.tokens !== '';
  // Random tokens have no text of their own: what is shown is how the tokenizer writes them.
  const shownText = random && view ? view.tokens.slice(view.tokens[0]?.start === 0 ? 1 : 0).map(({ text }) => text).join('') : el.text;
  return html`<div class="part controls">
    <div class="row" role="group" aria-label=${words.examples}>
      ${EXAMPLES.map(({ name, text }) => html`<button type="button" aria-pressed=${!random && el.text === text} @click=${() => el.type(text)}>${name}</button>`)}
      <button type="button" aria-pressed=${random} ?disabled=${!view} @click=${() => el.drawRandom(el.seed)}>${words.random}</button>
      ${random ? html`<button type="button" @click=${() => el.drawRandom(el.seed + 1)}>${words.newRandom}</button>
        <span class="small soft">${t`seed ${el.seed}`}</span>` : nothing}
    </div>
    <label class="typed"><span class="spoken">${words.textLabel}</span>
      <textarea rows="3" dir="auto" spellcheck="false" autocomplete="off" autocapitalize="off" placeholder=${words.textLabel}
        .value=${live(shownText)} @input=${(event: Event) => el.type((event.target as HTMLTextAreaElement).value)}></textarea></label>
    <p class="small soft note">${view?.cut
      ? html`<b>${t`The text is longer than the model can read.`}</b> ${t`It stays here whole; the first ${view.ids.length} tokens are analysed.`}`
      : html`${t`Everything below is computed again as you type.`} ${view ? `${tokenCount(view.ids.length)}.` : ''}`}</p>
  </div>`;
}
