import { html, nothing, type TemplateResult } from 'lit';
import type { GlassSuperposition } from '../element.ts';
import { digits, stepText } from '../sentence.ts';
import { divergedCount, lossOf } from '../view.ts';

/** Train, pause, one step, reset; how far it is, and how fast. */
export function player(el: GlassSuperposition): TemplateResult {
  const { training, shot, plan } = el;
  const { running, step } = training;
  const goal = Math.max(plan?.steps ?? 1, training.goal, step);
  const count = plan?.instances ?? 0;
  const lost = shot ? divergedCount(shot) : 0;
  return html`<div class="part player">
    ${el.showsPart('controls') ? html`<div class="row">
      <button type="button" class="main" ?disabled=${!shot} @click=${() => (running ? el.pause() : el.play())}>${running ? '⏸ Pause' : step === 0 ? '▶ Train' : step >= goal ? '▶ Train on' : '▶ Go on'}</button>
      <button type="button" ?disabled=${!shot || running} @click=${() => el.single()}>One step</button>
      <button type="button" ?disabled=${!shot || (step === 0 && !running)} @click=${() => el.reset()}>Reset</button>
    </div>` : nothing}
    <div class="how-far">
      <progress max=${goal} .value=${step} aria-label="Training"></progress>
      <p class="small"><b class="number">step ${stepText(step)}</b> <span class="soft">of ${stepText(goal)} · ${count === 1 ? '1 model' : `${count.toLocaleString('en-GB')} models`}
        ${shot && !plan?.grid ? html` · loss of model ${el.chosen + 1}: <span class="number">${digits(lossOf(shot, el.chosen))}</span>` : nothing}
        ${training.stepsPerSecond > 0 ? html` · <span class="number">${stepText(Number(training.stepsPerSecond.toPrecision(2)))}</span> steps/s` : nothing}</span>
        ${lost > 0 ? html`<b class="lost"> ${lost} diverged and ${lost === 1 ? 'was' : 'were'} stopped.</b>` : nothing}</p>
    </div>
  </div>`;
}
