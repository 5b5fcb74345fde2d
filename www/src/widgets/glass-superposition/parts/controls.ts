import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../../../words/words.ts';
import type { GlassSuperposition } from '../element.ts';
import { PRESETS, VIEWS } from '../presets.ts';
import { BOUNDS } from '../settings.ts';
import { digits } from '../sentence.ts';
import { VIEW_NAMES, words } from '../strings.ts';

type NumberName = 'nFeatures' | 'nHidden' | 'instances' | 'steps' | 'batch' | 'learningRate' | 'weightDecay' | 'grid' | 'seed' | 'samples' | 'starts';

/**
 * What was typed; the field goes back to what it said, until the answer says otherwise. It is no `live` field: models are drawn while they train, and each
 * drawing would take away what is being typed.
 */
function taken(event: Event, said: string | number, take: (typed: string) => void): void {
  const field = event.target as HTMLInputElement;
  const typed = field.value.trim();
  field.value = String(said);
  take(typed);
}

/** A field that takes its number when it is left or Enter is pressed. */
function number(el: GlassSuperposition, name: NumberName, label: string, value: number): TemplateResult {
  const { least, most } = BOUNDS[name];
  return html`<label class="field-label">${label}<input type="number" inputmode="decimal" min=${least} max=${most} step=${name === 'learningRate' || name === 'weightDecay' ? 'any' : 1}
    .value=${String(value)} @change=${(event: Event) => taken(event, value, (typed) => typed !== '' && el.change({ [name]: Number(typed) }))}></label>`;
}

function text(el: GlassSuperposition, name: 'density' | 'importance', label: string, value: string): TemplateResult {
  return html`<label class="field-label wide">${label}<input type="text" spellcheck="false" autocomplete="off" .value=${value}
    @change=${(event: Event) => taken(event, value, (typed) => el.change({ [name]: typed }))}></label>`;
}

function choice(el: GlassSuperposition, name: 'activation' | 'task' | 'correlation', label: string, value: string, options: readonly (readonly [string, string])[]): TemplateResult {
  return html`<label class="field-label">${label}<select @change=${(event: Event) => el.change({ [name]: (event.target as HTMLSelectElement).value })}>
    ${options.map(([id, said]) => html`<option value=${id} ?selected=${id === value}>${said}</option>`)}</select></label>`;
}

/** One density for all: a slider whose steps are even on a logarithmic scale. */
function densitySlider(el: GlassSuperposition, density: number): TemplateResult {
  const place = Math.round(100 * Math.log10(density));
  return html`<label class="field-label slider">${t`Density p = 1 − S`}
    <span class="row tight"><input type="range" min="-300" max="0" step="5" .value=${live(String(place))}
      aria-valuetext=${t`${digits(density)}, sparsity ${digits(1 - density)}`}
      @input=${(event: Event) => el.change({ density: String(Number((10 ** (Number((event.target as HTMLInputElement).value) / 100)).toPrecision(3))) })}>
    <output class="number" aria-live="off">${digits(density)} <span class="soft">(S ${digits(1 - density)})</span></output></span></label>`;
}

function importanceSlider(el: GlassSuperposition, ratio: number): TemplateResult {
  return html`<label class="field-label slider">${t`Importance of each next feature`}
    <span class="row tight"><input type="range" min="0.3" max="1" step="0.05" .value=${live(String(ratio))} aria-valuetext=${t`times ${digits(ratio)}`}
      @input=${(event: Event) => el.change({ importance: (event.target as HTMLInputElement).value })}>
    <output class="number" aria-live="off">× ${digits(ratio)}</output></span></label>`;
}

const single = (list: string): number | null => (list.trim() !== '' && Number.isFinite(Number(list)) ? Number(list) : null);

function settings(el: GlassSuperposition): TemplateResult | typeof nothing {
  const { plan } = el;
  if (!plan) return nothing;
  const { recipe, view, grid } = plan;
  // Where the reader has moved them: the plan may be a while.
  const [density, ratio] = [single(el.density || recipe.density), single(el.importance || recipe.importance)];
  return html`
    <div class="fields">
      ${grid ? nothing : html`
        ${number(el, 'nFeatures', t`Features n`, recipe.nFeatures)} ${number(el, 'nHidden', t`Dimensions m`, recipe.nHidden)}
        ${view !== 'sweep' && density !== null && density > 0 ? densitySlider(el, Math.min(1, Math.max(0.001, density))) : nothing}
        ${ratio !== null ? importanceSlider(el, ratio) : nothing}`}
      ${grid ? html`${number(el, 'grid', t`Models per side`, grid.size)} ${number(el, 'starts', t`Starts of each`, recipe.starts)}` : number(el, 'instances', view === 'sweep' ? t`Models` : t`Seeds`, recipe.instances)}
      ${number(el, 'seed', t`First seed`, plan.seed)}
    </div>
    <details class="small"><summary>${t`More settings`}</summary><div class="fields more">
      ${number(el, 'steps', t`Steps`, recipe.steps)} ${number(el, 'batch', t`Batch`, recipe.batch)}
      ${number(el, 'learningRate', t`Learning rate`, recipe.learningRate)} ${number(el, 'weightDecay', t`Weight decay`, recipe.weightDecay)}
      ${grid ? nothing : html`
        ${choice(el, 'activation', t`Output`, recipe.activation, [['relu', 'ReLU'], ['linear', t`linear`]])}
        ${choice(el, 'task', t`Task`, recipe.task, [['reconstruct', t`reconstruct x`], ['absolute', t`compute |x|`]])}
        ${choice(el, 'correlation', t`Pairs of features`, recipe.correlation, [['none', t`independent`], ['correlated', t`correlated`], ['anticorrelated', t`anticorrelated`]])}
        ${number(el, 'samples', t`Fixed samples (0: fresh)`, recipe.samples)}
        ${text(el, 'density', t`Densities, one or a list`, recipe.density)} ${text(el, 'importance', t`Importance: a ratio, or a list`, recipe.importance)}`}
    </div></details>`;
}

/** View, preset, settings. */
export function controls(el: GlassSuperposition): TemplateResult {
  const view = el.plan?.view ?? (el.view === '' ? 'geometry' : el.view);
  const presets = PRESETS.filter((preset) => preset.view === view);
  const current = el.plan?.preset;
  return html`<div class="part controls">
    <div class="segments views" role="group" aria-label=${words.views}>
      ${VIEWS.map((name) => html`<button type="button" aria-pressed=${name === view} @click=${() => el.chooseView(name)}>${VIEW_NAMES[name]}</button>`)}
    </div>
    ${presets.length > 1 ? html`<div class="row presets" role="group" aria-label=${words.presets}>
      ${presets.map(({ id, name }) => html`<button type="button" aria-pressed=${id === current?.id} @click=${() => el.choosePreset(id)}>${name}</button>`)}
    </div>` : nothing}
    <p class="small soft note">${current?.note ?? ''}</p>
    ${settings(el)}
  </div>`;
}
