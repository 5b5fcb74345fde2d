import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { tableView } from '../../../base/table-view.ts';
import { geometryName } from '../../../marks/polytopes.ts';
import { scene } from '../../../marks/scene.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassSuperposition } from '../element.ts';
import { formatOn } from '../interference.ts';
import { digits, listed, sentence } from '../sentence.ts';
import { interferenceTable } from '../take-away.ts';
import { report, vectors, type Shot } from '../view.ts';
import { featureInk } from './arrows.ts';
import { hiddenScene, reconstruction } from './hidden.ts';

function switches(el: GlassSuperposition, shot: Shot, x: readonly number[]): TemplateResult {
  const signed = shot.plan.settings.task === 'absolute';
  const set = (feature: number, value: number) => {
    const next = formatOn(x.map((old, at) => (at === feature ? value : old)));
    el.on = next === '' ? 'none' : next;
  };
  return html`<div class="switches" role="group" aria-label=${t`Features of the input`}>
    ${x.map((value, feature) => html`<div class="switch">
      <button type="button" role="switch" aria-checked=${value !== 0} aria-label=${t`Feature ${feature + 1}`} @click=${() => set(feature, value === 0 ? 1 : 0)}>
        <span class="swatch" .style="background:${featureInk(feature)}"></span>${value === 0 ? t`${feature + 1} off` : t`${feature + 1} on`}</button>
      <input type="range" min=${signed ? -1 : 0} max="1" step="0.05" aria-label=${t`Value of feature ${feature + 1}`} .value=${live(String(value))}
        @input=${(event: Event) => set(feature, Number((event.target as HTMLInputElement).value))}>
      <span class="number small">${digits(value)}</span>
    </div>`)}
  </div>
  <div class="row"><button type="button" @click=${() => (el.on = '1')}>${t`Only the first`}</button><button type="button" @click=${() => (el.on = '1,2')}>${t`The first two`}</button>
    <button type="button" @click=${() => (el.on = x.map((_, feature) => feature + 1).join(','))}>${t`All`}</button><button type="button" @click=${() => (el.on = 'none')}>${t`None`}</button></div>`;
}

/** Features by hand: what the model makes of them, and what they cost each other. */
export function interferenceStage(el: GlassSuperposition, shot: Shot): TemplateResult {
  const { effects } = el;
  const x = el.inputVector;
  const { nFeatures: n, nHidden: m } = shot.plan.settings;
  const p = shot.plan.settings.density[el.chosen] ?? 1;
  const fits = effects?.after.length === n ? effects : null;
  const bars = fits ? reconstruction(x, [fits.before, fits.biased, fits.after], Math.min(el.width, 620)) : null;
  return html`<div class="two">
    <figure class="field block">
      <h3 class="found"><span>${geometryName(report(shot, el.chosen).geometry)}</span></h3>
      ${m <= 2 ? html`<svg class="plane" .style="max-width:${Math.min(el.width, 400)}px" role="img" aria-label=${t`Hidden vector ${fits ? listed(fits.hidden.map(digits)) : ''}`}
        ${scene(hiddenScene(vectors(shot, el.chosen), x, fits?.hidden ?? [], Math.min(el.width, 400)))}></svg>` : nothing}
      <p class="small">${say`Hidden vector h = W x: ${html`<span class="number">${fits ? `(${listed(fits.hidden.map(digits))})` : '…'}</span>`}`}</p>
      <figcaption class="small soft">${sentence(shot, el.chosen)}</figcaption>
    </figure>
    <div class="side block">
      <h3>${t`Switch features on and off`}</h3>
      ${switches(el, shot, x)}
      <h4>${t`What comes back`}</h4>
      ${bars ? html`<svg class="chart" .style="max-width:${bars.width}px" role="img" aria-label=${t`For each feature the input, the reconstruction before the bias, with it and after the ReLU: ${fits ? listed([...fits.after].map((value, i) => t`feature ${i + 1} ${digits(x[i])} becomes ${digits(value)}`)) : ''}`} ${scene(bars)}></svg>` : nothing}
      <p class="small soft">${t`Four bars for each feature: the input (dark), Wᵀ h (pale), with the bias, and after the ReLU (full colour).`}</p>
      ${fits ? html`<table class="costs"><caption>${t`What features cost each other on average, at p = ${digits(p)}`}</caption><thead><tr><td></td><th scope="col" class="number">${t`trained`}</th><th scope="col" class="number soft">${t`untrained`}</th></tr></thead><tbody>
        <tr><th scope="row">${t`No feature on`}<span class="small soft block-line">${t`only biases above 0 cost anything`}</span></th><td class="number">${digits(fits.silentCost)}</td><td class="number soft">${digits(fits.untrained.silentCost)}</td></tr>
        <tr><th scope="row">${t`Exactly one on: the others should stay at 0`}<span class="small soft block-line">${t`alternating interference, grows like p`}</span></th><td class="number">${digits(fits.alternatingCost)}</td><td class="number soft">${digits(fits.untrained.alternatingCost)}</td></tr>
        <tr><th scope="row">${t`Exactly two on: they disturb each other as well`}<span class="small soft block-line">${t`simultaneous interference, grows like p²`}</span></th><td class="number">${digits(fits.simultaneousCost)}</td><td class="number soft">${digits(fits.untrained.simultaneousCost)}</td></tr>
      </tbody></table>` : nothing}
    </div>
  </div>
  <div class="part block">${fits ? tableView(t`The numbers as a table`, () => interferenceTable(x, fits), el.openTables.has('interference'), (open) => el.toggleTable('interference', open)) : nothing}</div>`;
}
