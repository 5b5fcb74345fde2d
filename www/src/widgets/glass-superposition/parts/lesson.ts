import { html, nothing, type TemplateResult } from 'lit';
import { say, t } from '../../../words/words.ts';
import type { GlassSuperposition } from '../element.ts';
import { promptOf, type Prompt } from '../predict.ts';
import { HOW, NOT_SHOWN, SHOULD_SEE } from '../lesson-texts.ts';

/** A question that the reader answers before the models do. */
function predict(el: GlassSuperposition, prompt: Prompt): TemplateResult {
  const { guess, shot, training } = el;
  const answer = shot && guess && !training.running ? prompt.answer(shot, el) : null;
  return html`<div class="predict">
    <h3>${t`Predict, then reveal`}</h3>
    <p>${prompt.question}</p>
    <div class="row">${prompt.choices.map((choice) => html`<button type="button" aria-pressed=${guess?.choice === choice} @click=${() => el.takeGuess({ prompt, choice })}>${choice}</button>`)}</div>
    <p class="reveal" aria-live="polite">${!guess || (!answer && el.plan?.view === 'interference') ? nothing : answer
      ? say`You said: ${guess.choice}. The models say: ${html`<b>${answer.choice}</b>`}. ${answer.because}`
      : t`You said: ${guess.choice}. The models are being trained …`}</p>
  </div>`;
}

const list = (title: string, items: readonly string[]): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export function lesson(el: GlassSuperposition): TemplateResult {
  const view = el.plan?.view ?? 'geometry';
  // The question stays as it was asked, whatever its guess has changed.
  const prompt = el.guess?.prompt ?? (el.plan && el.showsPart('controls') ? promptOf(el.plan) : null);
  return html`<section class="part lesson" aria-label=${t`Lesson`}>
    ${prompt ? predict(el, prompt) : nothing}
    ${list(t`What you should see`, SHOULD_SEE[view])} ${list(t`What this does not show`, NOT_SHOWN[view])} ${list(t`How the numbers are made`, HOW)}
  </section>`;
}
