import { html, type TemplateResult } from 'lit';
import { HOW, NOT_SHOWN, SHOULD_SEE } from '../strings.ts';

const list = (title: string, items: readonly string[]): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export const lesson = (): TemplateResult => html`<section class="part lesson" aria-label="Lesson">
  ${list('What you should see', SHOULD_SEE)} ${list('What this does not show', NOT_SHOWN)} ${list('How the numbers are made', HOW)}
</section>`;
