/** A changed belief: what the network then expects, beside a random direction, and layer by layer. */
import { html, nothing, type TemplateResult } from 'lit';
import type { MoveErrors } from '../../../api/othello.d.ts';
import { sizeNote } from '../../../base/machine.ts';
import { tableView } from '../../../base/table-view.ts';
import { lineChart } from '../../../marks/line-chart.ts';
import { count, fixed } from '../../../marks/numbers.ts';
import { scene } from '../../../marks/scene.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { belief, beliefsElsewhere, errorCount } from '../whole-picture.ts';
import { HOWS, squareName } from '../settings.ts';
import { beliefTable } from '../tables.ts';
import { editedBoard, exampleEdit, moveSquares, plyAt, topOfScale, type View } from '../view.ts';
import { moveLegend } from './boards.ts';
import { picture } from './field.ts';

const HOW_NAMES = { flip: t`flipped`, empty: t`empty`, mine: t`mine`, theirs: t`theirs` } as const;

const names = (squares: readonly number[]): string => (squares.length === 0 ? t`none` : squares.map(squareName).join(' '));

/** The chosen changes, each to be altered or taken back. */
function edits(el: GlassOthello, view: View): TemplateResult {
  const layers = view.probes?.layers ?? [];
  const example = exampleEdit(view);
  // Where the reader has moved it: the answer may be a while.
  const scale = el.scale ?? view.scale;
  return html`<div class="row small">
    ${view.edits.map(({ square, how }) => html`<span class="chip">${squareName(square)} <select aria-label=${t`Change of ${squareName(square)}`} .value=${how}
        @change=${(event: Event) => el.edit(square, (event.target as HTMLSelectElement).value as 'flip')}>${HOWS.map((option) => html`<option value=${option} ?selected=${option === how}>${HOW_NAMES[option]}</option>`)}</select>
      <button type="button" aria-label=${t`Take back the change of ${squareName(square)}`} @click=${() => el.edit(square, null)}>✕</button></span>`)}
    ${view.edits.length === 0 && example !== null ? html`<button type="button" @click=${() => el.edit(example, 'flip')}>${t`Try one: flip ${squareName(example)}`}</button>` : nothing}
    ${view.edits.length > 0 ? html`<button type="button" @click=${() => (el.edits = '')}>${t`Believe the truth again`}</button>` : nothing}
  </div>
  <div class="row small"><span id="edit-layers">${t`At layers`}</span><span class="row tight" role="group" aria-labelledby="edit-layers">${layers.map((layer) => html`<button type="button" class="tiny" aria-pressed=${view.editLayers.includes(layer)} @click=${() => el.toggleEditLayer(layer)}>${layer}</button>`)}</span>
    <label class="row tight">${t`strength`} <input type="range" min="0" max="1" step="0.01" .value=${String(scale)} @input=${(event: Event) => (el.scale = Number((event.target as HTMLInputElement).value))}><b class="number">${fixed(scale, 2)}</b></label>
  </div>`;
}

function errorLine({ errors, falsePositives, falseNegatives }: MoveErrors): TemplateResult {
  return html`<b class="number">${errorCount(errors)}</b>${errors > 0 ? html` <span class="soft">${t`(illegal among the likeliest: ${names(falsePositives)}; legal and missed: ${names(falseNegatives)})`}</span>` : nothing}`;
}

function result(el: GlassOthello, view: View): TemplateResult {
  const { report } = view;
  const found = report?.intervention;
  if (!report?.moves || !found) {
    return html`<p class="small soft">${view.edits.length > 0 ? t`That changes nothing on this board.` : t`Click a square of the board inside the network: a disc changes its owner, then vanishes, then is as it was.`}</p>`;
  }
  const { editedLegal, newlyLegal, newlyIllegal, before, after, control, ignored } = found;
  const { randomDirection: random, unrelatedSquare } = control;
  const believed = editedBoard(plyAt(view.game, view.ply), found);
  const top = topOfScale(report.moves.probs, after.probs, ...(random.first ? [random.first.probs] : []));
  const show = (title: string, probs: Float32Array, errors: MoveErrors, note: TemplateResult | typeof nothing = nothing) => html`<figure class="column">
    <h4>${title}</h4>${picture(`${title}: ${errorCount(errors.errors)}`, moveSquares(probs, believed, editedLegal, top, { plus: newlyLegal, cross: newlyIllegal }))}
    <figcaption class="small">${errorLine(errors)}${note}</figcaption></figure>`;
  const bold = (number: string | number) => html`<b class="number">${number}</b>`;
  const chance = html`${say`Mean of ${random.draws} directions ${bold(fixed(random.mean, 1))}, 95 % below ${fixed(random.p95, 0)}.`}${unrelatedSquare
    ? html` ${say`Another square (${names(unrelatedSquare.squares)}) changed instead: ${bold(unrelatedSquare.errors)}.`}` : nothing}`;
  return html`
    <p class="small">${say`On the changed board ${html`<b>${t`+ newly legal: ${names(newlyLegal)}`}</b>`}; ${html`<b>${t`× no longer legal: ${names(newlyIllegal)}`}</b>`}.`} ${ignored.map(({ reason }) => reason).join(' ')} ${moveLegend(top)}</p>
    <div class="columns">
      ${show(t`Belief unchanged`, report.moves.probs, before)}
      ${show(t`Belief changed`, after.probs, after)}
      ${random.first ? show(t`A random direction instead`, random.first.probs, random.first, html`<br>${chance}`)
        : html`<figure class="column"><h4>${t`A random direction instead`}</h4><p class="small">${chance}</p></figure>`}
    </div>
    ${view.sizes ? sizeNote(view.sizes.directions, t`${count(view.sizes.directions.used)} of ${count(view.sizes.directions.full)} random directions.`, t`Draw all ${count(view.sizes.directions.full)}`,
      el.showsPart('controls') ? () => (el.directions = view.sizes?.directions.full ?? null) : null) : nothing}
    ${sweep(el, view)}
    <p class="small">${belief(view)}</p>`;
}

/** Errors where the change is made at one layer alone. */
export function sweepScene(view: View, width: number): ReturnType<typeof lineChart> | null {
  const found = view.report?.intervention;
  const sweep = found?.sweep;
  if (!found || !sweep) return null;
  const most = Math.max(2, found.before.errors, ...sweep.flatMap(({ errors, randomErrors }) => [errors, randomErrors]));
  const layers = view.probes?.layers ?? sweep.map(({ layer }) => layer);
  return lineChart({
    x: { name: t`layer of the change`, from: layers[0] ?? 0, to: layers.at(-1) ?? 1, ticks: layers },
    y: { name: t`errors`, from: 0, to: Math.ceil(most), ticks: Array.from({ length: Math.ceil(most) + 1 }, (_, tick) => tick), label: String },
    lines: [
      { name: t`belief changed at this layer`, stroke: '#2f75c4', points: sweep.map(({ layer, errors }) => [layer, errors]) },
      { name: t`random directions, mean`, stroke: '#d0570b', dash: '6 4', points: sweep.map(({ layer, randomErrors }) => [layer, randomErrors]) },
      { name: t`unchanged`, stroke: '#7d828a', dash: '2 3', points: layers.map((layer) => [layer, found.before.errors]) },
    ],
    width,
    height: 170,
  });
}

function sweep(el: GlassOthello, view: View): TemplateResult | typeof nothing {
  if (view.sizes && view.sizes.sweep.used === 0) {
    return sizeNote(view.sizes.sweep, t`Each layer alone is not tried.`, t`Try each layer alone`, el.showsPart('controls') ? () => (el.sweep = 'on') : null);
  }
  const drawn = sweepScene(view, el.chartWidth);
  const words = view.report?.intervention?.sweep?.map(({ layer, errors, randomErrors }) => t`layer ${layer}: ${errors}, random ${fixed(randomErrors, 1)}`).join('; ');
  return drawn ? html`<figure class="chart"><h4>${t`The same change at one layer alone`}</h4><svg role="img" aria-label=${t`Errors by layer: ${words}`} ${scene(drawn)}></svg></figure>` : nothing;
}

/** The same on many positions, from the folder. */
const elsewhere = (el: GlassOthello, view: View): TemplateResult | typeof nothing => view.probes?.beliefs ? html`
  <p class="small">${say`${html`<b>${t`Precomputed`}</b>`}, not in this tab: ${beliefsElsewhere(view)}`}</p>
  ${tableView(t`Changed beliefs on held-out positions as a table`, () => beliefTable(view), el.openTables.has('beliefs'), (open) => el.toggleTable('beliefs', open))}` : nothing;

export const beliefPart = (el: GlassOthello): TemplateResult => {
  const { view } = el;
  const can = view?.report?.moves && view.probes;
  return html`<section class="part" aria-labelledby="belief-title">
    <h3 id="belief-title">${t`Change its mind`}</h3>
    ${view && can ? html`${el.showsPart('controls') ? edits(el, view) : nothing} ${result(el, view)} ${elsewhere(el, view)}` : html`<p class="small soft">${t`For a changed belief a position, a network and its probes are needed.`}</p>`}
  </section>`;
};
