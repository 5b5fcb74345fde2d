import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../../../marks/numbers.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassSuperposition } from '../element.ts';
import { digits } from '../sentence.ts';
import { divergedCount, lossOf } from '../view.ts';

/** Train, pause, one step, reset; how far it is, and how fast. */
export function player(el: GlassSuperposition): TemplateResult {
  const { training, shot, plan } = el;
  const { running, step } = training;
  const goal = Math.max(plan?.steps ?? 1, training.goal, step);
  const models = plan?.instances ?? 0;
  const lost = shot ? divergedCount(shot) : 0;
  return html`<div class="part player">
    ${el.showsPart('controls') ? html`<div class="row">
      <button type="button" class="main" ?disabled=${!shot} @click=${() => (running ? el.pause() : el.play())}>${running ? `⏸ ${t`Pause`}` : `▶ ${step === 0 ? t`Train` : step >= goal ? t`Train on` : t`Go on`}`}</button>
      <button type="button" ?disabled=${!shot || running} @click=${() => el.single()}>${t`One step`}</button>
      <button type="button" ?disabled=${!shot || (step === 0 && !running)} @click=${() => el.reset()}>${t`Reset`}</button>
    </div>` : nothing}
    <div class="how-far">
      <progress max=${goal} .value=${step} aria-label=${t`Training`}></progress>
      <p class="small"><b class="number">${t`step ${count(step)}`}</b> <span class="soft">${t`of ${count(goal)}`} · ${models === 1 ? t`1 model` : t`${count(models)} models`}
        ${shot && !plan?.grid ? html` · ${say`loss of model ${el.chosen + 1}: ${html`<span class="number">${digits(lossOf(shot, el.chosen))}</span>`}`}` : nothing}
        ${training.stepsPerSecond > 0 ? html` · ${say`${html`<span class="number">${count(Number(training.stepsPerSecond.toPrecision(2)))}</span>`} steps/s`}` : nothing}</span>
        ${lost > 0 ? html`<b class="lost"> ${lost === 1 ? t`1 diverged and was stopped.` : t`${lost} diverged and were stopped.`}</b>` : nothing}</p>
    </div>
  </div>`;
}
