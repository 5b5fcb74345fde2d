import { html, nothing, type TemplateResult } from 'lit';
import { signed } from '../../../marks/numbers.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassInduction } from '../element.ts';
import { headNames } from '../sentence.ts';
import { headName } from '../settings.ts';
import { words } from '../strings.ts';
import { bestHead, effect, type View } from '../view.ts';

const BECOME = { less: t`much less likely`, same: t`about as likely`, more: t`more likely` } as const;

/** Half a nat is a factor of about 1.6 in the typical probability. */
const MUCH_NATS = 0.5;

const outcome = (change: number): string => (change < -MUCH_NATS ? BECOME.less : change > MUCH_NATS ? BECOME.more : BECOME.same);

function answer(guess: string, change: number, control: number | null, before: number): unknown {
  const found = html`<b>${outcome(change)}</b>`;
  return control === null
    ? say`You said: ${guess}. The model says: ${found}: ${signed(change)} nats on average.`
    : say`You said: ${guess}. The model says: ${found}: ${signed(change)} nats on average, and ${signed(control - before)} in the control.`;
}

/** A question that the model itself answers. */
function predict(el: GlassInduction, view: View): TemplateResult {
  // Not an induction head: those stand in for each other, and one alone is hardly missed.
  const name = bestHead(view.report.heads, 'previousToken');
  const found = effect(view);
  const guess = (choice: string) => {
    el.guess = choice;
    if (view.ablations.length === 0) el.switchHead(name, 'zero');
  };
  const change = found ? found.after - found.before : null;
  return html`<div class="predict">
    <h3>${t`Predict, then reveal`}</h3>
    <p>${view.ablations.length === 0
      ? t`If head ${headName(name)}, which looks at the previous token, is switched off, the repeated tokens become …`
      : t`If head ${headNames(view.ablations)} is switched off, the repeated tokens become …`}</p>
    <div class="row">${Object.values(BECOME).map((choice) => html`<button type="button" aria-pressed=${el.guess === choice} @click=${() => guess(choice)}>${choice}</button>`)}</div>
    <p class="reveal" aria-live="polite">${el.guess !== null && change !== null
      ? html`${answer(el.guess, change, found?.control ?? null, found?.before ?? 0)} ${outcome(change) === BECOME.same ? t`Perhaps another head does the same work: switch off several.` : ''}`
      : el.guess !== null && view.ablations.length > 0 ? words.noRepeat : nothing}</p>
  </div>`;
}

const list = (title: string, items: readonly string[] = []): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export const lesson = (el: GlassInduction): TemplateResult => html`<section class="part lesson" aria-label=${t`Lesson`}>
  ${el.view && el.showsPart('controls') ? predict(el, el.view) : html`<div class="predict"></div>`}
  ${list(t`What you should see`, el.texts?.SHOULD_SEE)} ${list(t`What this does not show`, el.texts?.NOT_SHOWN)} ${list(t`How the numbers are made`, el.texts?.HOW)}
</section>`;
