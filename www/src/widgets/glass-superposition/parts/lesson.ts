import { html, nothing, type TemplateResult } from 'lit';
import type { GlassSuperposition } from '../element.ts';
import { promptOf, type Prompt } from '../predict.ts';
import { HOW, NOT_SHOWN, SHOULD_SEE, words } from '../strings.ts';

/** A question that the reader answers before the models do. */
function predict(el: GlassSuperposition, prompt: Prompt): TemplateResult {
  const { guess, shot, training } = el;
  const answer = shot && guess && !training.running ? prompt.answer(shot, el) : null;
  return html`<div class="predict">
    <h3>${words.predict}</h3>
    <p>${prompt.question}</p>
    <div class="row">${prompt.choices.map((choice) => html`<button type="button" aria-pressed=${guess?.choice === choice} @click=${() => el.takeGuess({ prompt, choice })}>${choice}</button>`)}</div>
    <p class="reveal" aria-live="polite">${!guess ? nothing : answer
      ? html`You said: ${guess.choice}. The models say: <b>${answer.choice}</b>. ${answer.because}`
      : html`You said: ${guess.choice}. The models are being trained …`}</p>
  </div>`;
}

const list = (title: string, items: readonly string[]): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export function lesson(el: GlassSuperposition): TemplateResult {
  const view = el.plan?.view ?? 'geometry';
  // The question stays as it was asked, whatever its guess has changed.
  const prompt = el.guess?.prompt ?? (el.plan && el.showsPart('controls') ? promptOf(el.plan) : null);
  return html`<section class="part lesson" aria-label="Lesson">
    ${prompt ? predict(el, prompt) : nothing}
    ${list(words.shouldSee, SHOULD_SEE[view])} ${list(words.notShown, NOT_SHOWN[view])} ${list(words.how, HOW)}
  </section>`;
}
