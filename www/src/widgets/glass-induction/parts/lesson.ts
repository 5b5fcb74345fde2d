import { html, nothing, type TemplateResult } from 'lit';
import { signed } from '../../../marks/numbers.ts';
import type { GlassInduction } from '../element.ts';
import { headName } from '../settings.ts';
import { HOW, NOT_SHOWN, SHOULD_SEE, words } from '../strings.ts';
import { bestHead, effect, type View } from '../view.ts';

const GUESSES = ['much less likely', 'about as likely', 'more likely'] as const;

/** Half a nat is a factor of about 1.6 in the typical probability. */
const MUCH_NATS = 0.5;

const outcome = (change: number): (typeof GUESSES)[number] =>
  change < -MUCH_NATS ? 'much less likely' : change > MUCH_NATS ? 'more likely' : 'about as likely';

/** A question that the model itself answers. */
function predict(el: GlassInduction, view: View): TemplateResult {
  // Not an induction head: those stand in for each other, and one alone is hardly missed.
  const name = bestHead(view.report.heads, 'previousToken');
  const asked = view.ablations.length > 0 ? view.ablations.map(headName).join(' and ') : headName(name);
  const found = effect(view);
  const guess = (choice: string) => {
    el.guess = choice;
    if (view.ablations.length === 0) el.switchHead(name, 'zero');
  };
  const change = found ? found.after - found.before : null;
  return html`<div class="predict">
    <h3>${words.predict}</h3>
    <p>If head ${asked}${view.ablations.length === 0 ? ', which looks at the previous token,' : ''} is switched off, the repeated tokens become …</p>
    <div class="row">${GUESSES.map((choice) => html`<button type="button" aria-pressed=${el.guess === choice} @click=${() => guess(choice)}>${choice}</button>`)}</div>
    <p class="reveal" aria-live="polite">${el.guess !== null && change !== null
      ? html`You said: ${el.guess}. The model says: <b>${outcome(change)}</b>: ${signed(change)} nats on average${found?.control !== null && found?.control !== undefined
        ? `, and ${signed(found.control - found.before)} in the control` : ''}. ${outcome(change) === 'about as likely' ? 'Perhaps another head does the same work: switch off several.' : ''}`
      : el.guess !== null && view.ablations.length > 0 ? words.noRepeat : nothing}</p>
  </div>`;
}

const list = (title: string, items: readonly string[]): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export const lesson = (el: GlassInduction): TemplateResult => html`<section class="part lesson" aria-label="Lesson">
  ${el.view && el.showsPart('controls') ? predict(el, el.view) : html`<div class="predict"></div>`}
  ${list(words.shouldSee, SHOULD_SEE)} ${list(words.notShown, NOT_SHOWN)} ${list(words.how, HOW)}
</section>`;
