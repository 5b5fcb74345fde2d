import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { tableView } from '../../../base/table-view.ts';
import { css } from '../../../marks/colour.ts';
import { count, percent, stepCount } from '../../../marks/numbers.ts';
import { scene } from '../../../marks/scene.ts';
import { say, t } from '../../../words/words.ts';
import type { Outcome } from '../../../engine/superposition.d.ts';
import type { GlassSuperposition } from '../element.ts';
import { digits, sentence } from '../sentence.ts';
import { OUTCOME_NAMES } from '../strings.ts';
import { phaseTable } from '../take-away.ts';
import { agreed, diverged, nearBest, outcomes, type Shot } from '../view.ts';
import { OUTCOME_COLOURS, phaseRoom, phaseScene } from './phase-plot.ts';

const OUTCOMES = Object.keys(OUTCOME_COLOURS) as Outcome[];
const OUTCOME_MEANINGS: Readonly<Record<Outcome, string>> = {
  dropped: t`the last feature is not stored`,
  dedicated: t`it has a dimension of its own`,
  superposed: t`it shares one with another feature`,
};

/** The cell that a key leads to; rows count upwards, as the importance does. */
export function stepInGrid(key: string, cell: number, size: number): number | undefined {
  const [row, column] = [Math.floor(cell / size), cell % size];
  const at = (r: number, c: number) => Math.min(size - 1, Math.max(0, r)) * size + Math.min(size - 1, Math.max(0, c));
  switch (key) {
    case 'ArrowUp': return at(row + 1, column);
    case 'ArrowDown': return at(row - 1, column);
    case 'ArrowLeft': return at(row, column - 1);
    case 'ArrowRight': return at(row, column + 1);
    case 'PageUp': return at(row + 8, column);
    case 'PageDown': return at(row - 8, column);
    case 'Home': return at(row, 0);
    case 'End': return at(row, size - 1);
    default: return undefined;
  }
}

function describe(shot: Shot, cell: number): string {
  const { grid, settings } = shot.plan;
  const size = grid?.size ?? 1;
  const outcome = outcomes(shot)?.[cell];
  const found = diverged(shot, cell) ? t`diverged and was stopped` : outcome ? OUTCOME_NAMES[outcome] : t`not trained yet`;
  const wanted = shot.exact?.outcome[cell];
  const [density, importance, seed] = [digits(grid?.density[cell % size]), digits(grid?.importance[Math.floor(cell / size)]), settings.seeds[cell]];
  return wanted
    ? t`density ${density}, importance ${importance}, seed ${seed}: ${found}; best: ${OUTCOME_NAMES[wanted]}`
    : t`density ${density}, importance ${importance}, seed ${seed}: ${found}`;
}

function field(el: GlassSuperposition, shot: Shot): TemplateResult {
  const grid = shot.plan.grid;
  if (!grid) return html``;
  const { size } = grid;
  const drawn = phaseScene(grid, shot.step > 0 ? (shot.exact?.outcome ?? null) : null, el.width);
  const { left, top, right } = phaseRoom(el.width);
  const cell = el.cell ?? Math.floor(size / 2) * size + Math.floor(size / 2);
  const share = (index: number) => `${(100 * index) / size}%`;
  const under = (event: MouseEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const place = (at: number, from: number, length: number) => Math.min(size - 1, Math.max(0, Math.floor(((at - from) / length) * size)));
    return (size - 1 - place(event.clientY, box.top, box.height)) * size + place(event.clientX, box.left, box.width);
  };
  const keys = (event: KeyboardEvent) => {
    const to = stepInGrid(event.key, cell, size);
    if (to !== undefined) el.cell = to;
    else if (event.key === 'Enter' || event.key === ' ') el.openInstance(cell);
    else return;
    event.preventDefault();
  };
  const [row, column] = [Math.floor(cell / size), cell % size];
  return html`<div class="phase" .style="width:${drawn.width}px;height:${drawn.height}px">
    <canvas class="phase-cells" .style="left:${left}px;top:${top}px;width:${right - left}px;height:${right - left}px"></canvas>
    <svg aria-hidden="true" ${scene(drawn)}></svg>
    <div class="grid" role="grid" aria-label=${t`One model per cell: columns are densities, rows are importances. Enter opens the model.`} aria-rowcount=${size} aria-colcount=${size}
      .style="left:${left}px;top:${top}px;width:${right - left}px;height:${right - left}px"
      @pointermove=${(event: PointerEvent) => (el.cell = under(event))} @click=${(event: MouseEvent) => el.openInstance(under(event))}>
      <div role="row" aria-rowindex=${size - row}>${keyed(cell, html`<div class="cell" role="gridcell" tabindex="0" aria-colindex=${column + 1} aria-label=${describe(shot, cell)}
        data-shown=${el.cell !== null} .style="left:${share(column)};top:${share(size - 1 - row)};width:${share(1)};height:${share(1)}" @keydown=${keys}></div>`)}</div>
    </div>
  </div>`;
}

export function phaseStage(el: GlassSuperposition, shot: Shot): TemplateResult {
  const { grid } = shot.plan;
  const found = outcomes(shot);
  const right = agreed(shot);
  const near = nearBest(shot);
  const strong = (share: number) => html`<b class="number">${percent(share)}</b>`;
  const starts = shot.plan.recipe.starts;
  const share = (outcome: Outcome) => (found ? percent(found.filter((other) => other === outcome).length / found.length) : '–');
  const best = (outcome: Outcome) => (found && shot.exact?.outcome.length === found.length ? percent(shot.exact.outcome.filter((other) => other === outcome).length / found.length) : '–');
  return html`<div class="two">
    <figure class="field block">${field(el, shot)}
      <figcaption class="small" aria-live="off">${el.cell !== null ? `${describe(shot, el.cell)}. ${t`Click or Enter opens this model.`}` : sentence(shot, 0)}</figcaption></figure>
    <div class="side block">
      <h3>${t`What became of the last feature?`}</h3>
      <table class="outcomes"><thead><tr><th scope="col">${t`outcome`}</th><th scope="col" class="number">${t`trained`}</th><th scope="col" class="number">${t`best possible`}</th></tr></thead>
        <tbody>${OUTCOMES.map((outcome) => html`<tr><th scope="row"><span class="swatch large" .style="background:${css(OUTCOME_COLOURS[outcome])}"></span>${OUTCOME_NAMES[outcome]}<span class="small soft block-line">${OUTCOME_MEANINGS[outcome]}</span></th>
          <td class="number">${share(outcome)}</td><td class="number">${best(outcome)}</td></tr>`)}</tbody></table>
      <p><span class="stroke"></span> ${t`black line: where the best possible model changes.`}</p>
      ${right ? html`<p>${say`After ${stepCount(shot.step)} ${strong(right.awayFromBoundary)} of the ${count(right.cellsAway)} cells more than one cell from that line ended where the best model is, ${strong(right.all)} of all ${count(right.cells)}.`}${near === null
        ? nothing : html` ${say`The expected loss lies within 5 % of the best possible one in ${strong(near)} of all cells.`}`}</p>`
        : html`<p class="soft">${found ? t`The best models are being computed.` : t`Not trained yet: the colours come with the training.`}</p>`}
      ${grid ? html`<p class="small soft">${starts > 1
        ? t`${grid.size} × ${grid.size} models, each with a seed of its own; for each ${starts} starts race for 200 steps, because a single one often ends in a local minimum.`
        : t`${grid.size} × ${grid.size} models, each with a seed of its own.`} ${say`A click opens a model in ${html`<i>${t`geometry`}</i>`}.`}</p>` : nothing}
    </div>
  </div>
  <div class="part block">${tableView(t`The phase diagram as a table`, () => phaseTable(shot), el.openTables.has('phase'), (open) => el.toggleTable('phase', open))}</div>`;
}
