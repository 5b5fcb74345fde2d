import { html, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { geometryName } from '../../../marks/polytopes.ts';
import { scene } from '../../../marks/scene.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassSuperposition } from '../element.ts';
import { digits, sentence } from '../sentence.ts';
import { sweepTable } from '../take-away.ts';
import { columns, FIGURES, report, type Shot } from '../view.ts';
import { dimensionsPlot, featuresPlot } from './sweep-plots.ts';

/** Dimensions per feature and dimensionality of each feature, over sparsity. */
export function sweepStage(el: GlassSuperposition, shot: Shot): TemplateResult {
  const width = el.width;
  const chosen = report(shot, el.chosen);
  const untrained = shot.step === 0;
  const { random } = shot.controls;
  const seeds = columns(shot)[0]?.instances.length ?? 1;
  const figures = FIGURES.map(({ label, name }) => `${label} ${name}`).join(', ');
  return html`<div class="part block">
    <figure class="field block">
      <h3>${t`How many dimensions does a stored feature cost?`}</h3>
      <svg class="chart" role="img" aria-label=${sentence(shot, el.chosen)} ${scene(dimensionsPlot(shot, width, 280, el.chosen))}></svg>
      <figcaption class="small soft">${seeds === 1
        ? t`Dots: models (1 seed at each density: their spread is the spread over seeds); line: their median.`
        : t`Dots: models (${seeds} seeds at each density: their spread is the spread over seeds); line: their median.`} ${untrained ? html`<b>${t`Not trained yet: this is what the initial weights give.`}</b>` : ''}</figcaption>
    </figure>
    <figure class="block">
      <h3>${t`How much of a dimension does each feature have?`}</h3>
      <svg class="chart" role="img" aria-label=${t`Dimensionality of every stored feature at each density, beside the values of regular figures: ${figures}`}
        ${scene(featuresPlot(shot, width, 360, el.chosen))}></svg>
      <figcaption class="small soft">${t`One dot per stored feature. Lines: ${figures}. Band: unit vectors in random directions, mean to 95th percentile (${digits(random.dimensionality.mean)} to ${digits(random.dimensionality.p95)}).`}</figcaption>
    </figure>
    <div class="row"><label class="field-label">${t`Model`}
        <select @change=${(event: Event) => (el.instance = Number((event.target as HTMLSelectElement).value))}>
          ${shot.report.instances.map((instance, index) => html`<option value=${index} ?selected=${index === el.chosen}>${t`p ${digits(instance.density)}, seed ${instance.seed}`}</option>`)}
        </select></label>
      <p class="small">${t`${geometryName(chosen.geometry)}; D* ${digits(chosen.dimensionsPerFeature)}, loss ${digits(chosen.loss)}`}</p>
      <button type="button" @click=${() => el.openInstance(el.chosen)}>${say`Open it in ${html`<i>${t`geometry`}</i>`}`}</button></div>
    ${tableView(t`The sweep as a table`, () => sweepTable(shot), el.openTables.has('sweep'), (open) => el.toggleTable('sweep', open))}
  </div>`;
}
