import { html, nothing, type TemplateResult } from 'lit';
import type { GlassOthello } from '../element.ts';
import { HOW, NOT_SHOWN, SHOULD_SEE } from '../strings.ts';
import { exampleEdit, rightCount, type View } from '../view.ts';
import { squareName } from '../settings.ts';

interface Question {
  readonly name: string;
  readonly text: string;
  readonly choices: readonly string[];
  readonly answer: string | null;
  readonly detail: string;
}

const few = (count: number): string => (count < 40 ? 'fewer than 40' : count < 58 ? '40 to 57' : '58 or more');

/** Questions that the network itself answers. */
function questions(view: View): Question[] {
  const mine = rightCount(view, 'model', 'mine-theirs', view.layer);
  const colours = rightCount(view, 'model', 'black-white', view.layer);
  const untrained = rightCount(view, 'untrained', 'mine-theirs', view.layer);
  const bag = rightCount(view, 'bag', 'mine-theirs', view.layer);
  const found = view.report?.intervention;
  const square = view.edits[0]?.square ?? exampleEdit(view);
  const random = found?.control.randomDirection.mean ?? 0;
  return [
    {
      name: 'colours', text: `Layer ${view.layer} gives ${mine ?? '–'} of 64 squares in mine/theirs. Ask the same numbers for black/white: how many are right?`,
      choices: ['fewer than 40', '40 to 57', '58 or more'], answer: colours === null ? null : few(colours), detail: `${colours} of 64`,
    },
    {
      name: 'free', text: 'An untrained network has the same shape and reads the same moves. How many squares can a probe read from it?',
      choices: ['fewer than 40', '40 to 57', '58 or more'], answer: untrained === null ? null : few(untrained), detail: `${untrained} of 64, and ${bag ?? '–'} from the bag of moves without any network`,
    },
    {
      name: 'belief', text: square === null ? '' : `${view.edits.length > 0 ? 'The belief is changed' : `Flip ${squareName(square)} inside the network`}: which errors against the changed board are left?`,
      choices: ['fewer than with a random direction', 'about as many', 'more'],
      answer: !found ? null : found.after.errors < random - 0.5 ? 'fewer than with a random direction' : found.after.errors > random + 0.5 ? 'more' : 'about as many',
      detail: found ? `${found.after.errors} after the change, ${random.toFixed(1)} with random directions, ${found.before.errors} unchanged` : '',
    },
  ].filter(({ text }) => text !== '');
}

function predict(el: GlassOthello, view: View): TemplateResult {
  return html`<h3>Predict, then reveal</h3>${questions(view).map(({ name, text, choices, answer, detail }) => {
    const guess = el.guesses.get(name);
    return html`<div class="predict"><p>${text}</p>
      <div class="row">${choices.map((choice) => html`<button type="button" aria-pressed=${guess === choice} @click=${() => el.predict(name, choice)}>${choice}</button>`)}</div>
      <p class="small reveal" aria-live="polite">${guess !== undefined && answer !== null ? html`You said: ${guess}. It is <b>${answer}</b>: ${detail}.` : nothing}</p></div>`;
  })}`;
}

const list = (title: string, items: readonly string[]): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export const lesson = (el: GlassOthello): TemplateResult => html`<section class="part lesson" aria-label="Lesson">
  ${el.view?.report?.moves && el.view.probes && el.showsPart('controls') ? predict(el, el.view) : nothing}
  ${list('What you should see', SHOULD_SEE)} ${list('What this does not show', NOT_SHOWN)} ${list('How the numbers are made', HOW)}
</section>`;
