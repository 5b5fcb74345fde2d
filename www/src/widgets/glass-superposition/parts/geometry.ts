/** What the trained models look like: one large, all of them small, and the numbers of the large one beside their controls. */
import { html, nothing, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { VIRIDIS_GRADIENT } from '../../../marks/colour.ts';
import { geometryName } from '../../../marks/polytopes.ts';
import { scene, type Scene } from '../../../marks/scene.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassSuperposition } from '../element.ts';
import { digits, fixed, sentence } from '../sentence.ts';
import { featureTable, lossTable } from '../take-away.ts';
import { diverged, exactDimensionality, report, REPRESENTED, tally, unsharedName, vectors, type Shot } from '../view.ts';
import { featureInk, plane } from './arrows.ts';
import { lossCurve } from './loss-curve.ts';
import { bars, graph } from './matrix.ts';
import { parseTurn, solid, START_TURN } from './solid.ts';

const KEY_DEGREES = 10;

/** The drawing of one instance, for any number of dimensions up to three. */
export function drawing(el: Pick<GlassSuperposition, 'turn'>, shot: Shot, instance: number, side: number, small: boolean): Scene {
  const { groups } = report(shot, instance);
  const all = vectors(shot, instance);
  return shot.plan.settings.nHidden === 3
    ? solid(all, groups, el.turn === '' ? START_TURN : parseTurn(el.turn), side, small)
    : plane({ vectors: all, groups, side, small });
}

export const usesMatrix = ({ plan }: Shot): boolean => plan.settings.nHidden > 3 || plan.settings.task === 'absolute';

function turnable(el: GlassSuperposition, drawn: Scene, label: string): TemplateResult {
  const now = el.turn === '' ? START_TURN : parseTurn(el.turn);
  const turn = (yaw: number, pitch: number) => {
    const to = parseTurn(`${now.yaw + yaw},${now.pitch + pitch}`);
    el.turn = `${to.yaw},${to.pitch}`;
  };
  const drag = (event: PointerEvent) => {
    if (event.buttons === 1) turn(event.movementX * 0.6, event.movementY * 0.6);
  };
  const keys = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [-KEY_DEGREES, 0], ArrowRight: [KEY_DEGREES, 0], ArrowUp: [0, -KEY_DEGREES], ArrowDown: [0, KEY_DEGREES] }[event.key];
    if (event.key === 'Home') el.turn = '';
    else if (by) turn(by[0] ?? 0, by[1] ?? 0);
    else return;
    event.preventDefault();
  };
  return html`<div class="turnable" role="slider" tabindex="0" aria-label=${t`Turn the solid`} aria-valuemin="0" aria-valuemax="359" aria-valuenow=${now.yaw}
      aria-valuetext=${t`turned by ${now.yaw} degrees, tilted by ${now.pitch}`} @keydown=${keys}
      @pointerdown=${(event: PointerEvent) => (event.currentTarget as Element).setPointerCapture(event.pointerId)} @pointermove=${drag}>
      <svg role="img" aria-label=${label} ${scene(drawn)}></svg></div>
    <p class="small soft">${t`Drag to turn it, or use the arrow keys.`}</p>`;
}

/** What each neuron takes from each feature: with a ReLU in the hidden layer, neurons have axes of their own. */
function weights(shot: Shot, side: number): TemplateResult {
  const { nFeatures: n, nHidden: m } = shot.plan.settings;
  return html`<div class="matrix"><div .style="width:${side}px"><p class="small soft">${t`W₁: rows are neurons, columns are features`}</p>
      <canvas class="gram" .style="aspect-ratio:${n} / ${m}" width="1" height="1" role="img" aria-label=${t`Weights from ${n} features to ${m} neurons`}></canvas></div></div>
    <p class="small soft"><span class="legend"><span>−1</span><span class="ramp signed"></span><span>1</span></span></p>`;
}

function large(el: GlassSuperposition, shot: Shot): TemplateResult {
  const label = sentence(shot, el.chosen);
  const side = Math.min(el.width, 460);
  if (!usesMatrix(shot)) {
    const drawn = drawing(el, shot, el.chosen, side, false);
    return shot.plan.settings.nHidden === 3 ? turnable(el, drawn, label) : html`<svg class="plane" role="img" aria-label=${label} .style="max-width:${side}px" ${scene(drawn)}></svg>`;
  }
  if (!shot.plan.settings.tied) return weights(shot, side);
  const { nFeatures: n } = shot.plan.settings;
  const barWidth = Math.max(60, Math.round(el.width * 0.22));
  const square = Math.min(el.width - barWidth - 12, 460);
  const instance = report(shot, el.chosen);
  const known = el.gram?.length === n * n ? el.gram : null;
  const links = known ? graph(instance, known, Math.min(el.width, 560)) : null;
  return html`<div class="matrix">
      <div .style="width:${square}px"><p class="small soft">${t`WᵀW: column on, row read`}</p>
        <canvas class="gram" width="1" height="1" role="img" aria-label=${t`How strongly each of ${n} features is read where another is on`}></canvas></div>
      <div .style="width:${barWidth}px"><p class="small soft">${t`length`}</p><svg role="img" aria-label=${t`Length of each feature, coloured by superposition`} ${scene(bars(instance, barWidth, square))}></svg></div>
    </div>
    <div class="row small soft"><span class="legend"><span>−1</span><span class="ramp signed"></span><span>1</span></span>
      <span class="legend"><span>${t`superposition`} 0</span><span class="ramp" .style="background: ${VIRIDIS_GRADIENT}"></span><span>≥ 1</span></span></div>
    ${links ? html`<h4>${t`Who shares dimensions`}</h4><svg class="graph" .style="max-width:${links.width}px" role="img"
        aria-label=${t`Graph of ${instance.represented} stored features; lines join those that share dimensions`} ${scene(links)}></svg>
      <p class="small soft">${t`A line joins features whose cosine is beyond ±0.2, thicker the further; the colour is the dimensionality, from 0 (violet) to 1 (yellow).`}</p>` : nothing}`;
}

function features(el: GlassSuperposition, shot: Shot): TemplateResult {
  const instance = report(shot, el.chosen);
  const { random } = shot.controls;
  const most = Math.max(1.4, ...instance.norms.filter(Number.isFinite));
  return html`<div class="scroll features" tabindex="0" role="group" aria-label=${t`Every feature of the large model`}><table>
    <thead><tr><th scope="col">${t`feature`}</th><th scope="col" class="number">${t`length`}</th><th scope="col" class="number">${t`dimensionality`}</th><th scope="col" class="number">${t`exact`}</th><th scope="col" class="number">${t`by chance`}</th><th scope="col" class="number">${t`superposition`}</th></tr></thead>
    <tbody>${instance.norms.map((norm, feature) => html`<tr class=${norm > REPRESENTED ? '' : 'soft'}>
      <th scope="row"><span class="swatch" .style="background:${usesMatrix(shot) ? 'var(--edge)' : featureInk(feature)}"></span>${feature + 1}</th>
      <td class="number bar" .style="--share:${Math.min(1, norm / most)}">${fixed(norm, 2)}</td>
      <td class="number bar" .style="--share:${Math.min(1, instance.dimensionality[feature] ?? 0)}">${fixed(instance.dimensionality[feature], 3)}</td>
      <td class="number">${fixed(exactDimensionality(instance, feature), 3)}</td>
      <td class="number soft">${fixed(random.dimensionality.mean, 3)}</td>
      <td class="number">${fixed(instance.superposition[feature], 2)} <span class="soft">(${fixed(random.superposition.mean, 2)})</span></td>
    </tr>`)}</tbody></table></div>
    <p class="small soft">${t`By chance and in brackets: unit vectors in random directions. Grey: not stored (shorter than 0.5).`}</p>`;
}

/** All instances, small: the same settings, other seeds. */
function seeds(el: GlassSuperposition, shot: Shot): TemplateResult {
  const { instances } = shot.report;
  if (instances.length < 2) return html``;
  const oneDensity = new Set(shot.plan.settings.density).size === 1;
  const reached = tally(instances);
  return html`<div class="part block">
    <h3>${oneDensity ? t`The same from ${instances.length} seeds` : t`${instances.length} models`}</h3>
    <div class="seeds" role="group" aria-label=${t`Models; choose one to see it large`}>
      ${instances.map((instance, index) => html`<button type="button" class="seed" aria-pressed=${index === el.chosen} @click=${() => (el.instance = index)}
          ><span class="spoken">${t`Model ${index + 1}`}: </span>
        ${usesMatrix(shot) ? nothing : html`<svg aria-hidden="true" ${scene(drawing(el, shot, index, 92, true))}></svg>`}
        <span class="kind">${diverged(shot, index) ? t`diverged, stopped` : geometryName(instance.geometry)}</span>
        <span class="small soft number">${oneDensity ? t`seed ${instance.seed}` : `p ${digits(shot.plan.settings.density[index])}`} · ${digits(instance.loss)}</span>
      </button>`)}
    </div>
    ${oneDensity ? html`<p><b>${t`Reached:`}</b> ${reached.map(({ geometry, count }, at) => html`${at > 0 ? '; ' : ''}<span class="number">${t`${count} of ${instances.length}:`}</span> ${geometryName(geometry)}`)}.
      <span class="soft">${t`Below each name: seed and loss. All have the same settings; what differs are the initial weights and the samples.`}</span></p>` : nothing}
  </div>`;
}

export function geometryStage(el: GlassSuperposition, shot: Shot): TemplateResult {
  const instance = report(shot, el.chosen);
  const curve = lossCurve(shot, el.chosen, Math.min(el.width, 520), 210);
  return html`<div class="two">
      <figure class="field block">
        <h3 class="found"><span>${instance.diverged ? t`This model diverged and was stopped` : geometryName(instance.geometry)}</span></h3>
        ${large(el, shot)}
        <figcaption class="small">${sentence(shot, el.chosen)}</figcaption>
      </figure>
      <div class="side block">
        ${features(el, shot)}
        <h4>${t`Loss`}</h4>
        <svg class="curve" .style="max-width:${curve.width}px" role="img" aria-label=${t`Loss of each model along the training; the chosen one is at ${digits(instance.loss)}`} ${scene(curve)}></svg>
        ${lossLine(shot, el.chosen)}
      </div>
    </div>
    ${seeds(el, shot)}
    <div class="part block">
      ${tableView(t`All features as a table`, () => featureTable(shot, el.chosen), el.openTables.has('features'), (open) => el.toggleTable('features', open))}
      ${tableView(t`All models as a table`, () => lossTable(shot), el.openTables.has('models'), (open) => el.toggleTable('models', open))}
    </div>`;
}

/** A loss beside what it must be compared with. */
function lossLine(shot: Shot, chosen: number): TemplateResult {
  const { loss, expectedLoss } = report(shot, chosen);
  const { linear, nothingStored } = shot.controls;
  const density = shot.plan.settings.density[chosen] ?? 1;
  const at = <T extends { density: number }>(list: readonly T[]) => list.find((entry) => entry.density === density);
  const number = (value: number | null | undefined) => html`<span class="number">${digits(value)}</span>`;
  const strong = (value: number) => html`<b class="number">${digits(value)}</b>`;
  const controls = html`<span class="soft">${say`${unsharedName(shot)} ${number(at(linear)?.loss)}, nothing stored ${number(at(nothingStored)?.loss)}, untrained ${number(shot.untrained.instances[chosen]?.loss)}.`}</span>`;
  return html`<p class="small">${expectedLoss === undefined
    ? say`Loss ${strong(loss)}; ${controls}` : say`Loss ${strong(loss)} (measured; exactly expected ${strong(expectedLoss)}); ${controls}`}</p>`;
}
