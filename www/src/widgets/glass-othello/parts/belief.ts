/** A changed belief: what the network then expects, beside a random direction, and layer by layer. */
import { html, nothing, type TemplateResult } from 'lit';
import type { MoveErrors } from '../../../api/othello.d.ts';
import { tableView } from '../../../base/table-view.ts';
import { lineChart } from '../../../marks/line-chart.ts';
import { scene } from '../../../marks/scene.ts';
import type { GlassOthello } from '../element.ts';
import { belief, beliefsElsewhere } from '../sentence.ts';
import { HOWS, squareName } from '../settings.ts';
import { beliefTable } from '../tables.ts';
import { editedBoard, exampleEdit, moveSquares, plyAt, topOfScale, type View } from '../view.ts';
import { moveLegend } from './boards.ts';
import { picture } from './field.ts';

const HOW_NAMES = { flip: 'flipped', empty: 'empty', mine: 'mine', theirs: 'theirs' } as const;

const names = (squares: readonly number[]): string => (squares.length === 0 ? 'none' : squares.map(squareName).join(' '));

/** The chosen changes, each to be altered or taken back. */
function edits(el: GlassOthello, view: View): TemplateResult {
  const layers = view.probes?.layers ?? [];
  const example = exampleEdit(view);
  return html`<div class="row small">
    ${view.edits.map(({ square, how }) => html`<span class="chip">${squareName(square)} <select aria-label="Change of ${squareName(square)}" .value=${how}
        @change=${(event: Event) => el.edit(square, (event.target as HTMLSelectElement).value as 'flip')}>${HOWS.map((option) => html`<option value=${option} ?selected=${option === how}>${HOW_NAMES[option]}</option>`)}</select>
      <button type="button" aria-label="Take back the change of ${squareName(square)}" @click=${() => el.edit(square, null)}>✕</button></span>`)}
    ${view.edits.length === 0 && example !== null ? html`<button type="button" @click=${() => el.edit(example, 'flip')}>Try one: flip ${squareName(example)}</button>` : nothing}
    ${view.edits.length > 0 ? html`<button type="button" @click=${() => (el.edits = '')}>Believe the truth again</button>` : nothing}
  </div>
  <div class="row small"><span id="edit-layers">At layers</span><span class="row tight" role="group" aria-labelledby="edit-layers">${layers.map((layer) => html`<button type="button" class="tiny" aria-pressed=${view.editLayers.includes(layer)} @click=${() => el.toggleEditLayer(layer)}>${layer}</button>`)}</span>
    <label class="row tight">strength <input type="range" min="0" max="1" step="0.01" .value=${String(view.scale)} @input=${(event: Event) => (el.scale = Number((event.target as HTMLInputElement).value))}><b class="number">${view.scale.toFixed(2)}</b></label>
  </div>`;
}

function errorLine({ errors, falsePositives, falseNegatives }: MoveErrors): TemplateResult {
  return html`<b class="number">${errors} ${errors === 1 ? 'error' : 'errors'}</b>${errors > 0 ? html` <span class="soft">(illegal among the likeliest: ${names(falsePositives)}; legal and missed: ${names(falseNegatives)})</span>` : nothing}`;
}

function result(el: GlassOthello, view: View): TemplateResult {
  const { report } = view;
  const found = report?.intervention;
  if (!report?.moves || !found) {
    return html`<p class="small soft">${view.edits.length > 0 ? 'That changes nothing on this board.' : 'Click a square of the board inside the network: a disc changes its owner, then vanishes, then is as it was.'}</p>`;
  }
  const { editedLegal, newlyLegal, newlyIllegal, before, after, control, ignored } = found;
  const { randomDirection: random, unrelatedSquare } = control;
  const believed = editedBoard(plyAt(view.game, view.ply), found);
  const top = topOfScale(report.moves.probs, after.probs, ...(random.first ? [random.first.probs] : []));
  const show = (title: string, probs: Float32Array, errors: MoveErrors, note: TemplateResult | typeof nothing = nothing) => html`<figure class="column">
    <h4>${title}</h4>${picture(`${title}: ${errors.errors} errors`, moveSquares(probs, believed, editedLegal, top, { plus: newlyLegal, cross: newlyIllegal }))}
    <figcaption class="small">${errorLine(errors)}${note}</figcaption></figure>`;
  const chance = html`Mean of ${random.draws} directions <b class="number">${random.mean.toFixed(1)}</b>, 95 % below ${random.p95.toFixed(0)}.${unrelatedSquare ? html` Another square (${names(unrelatedSquare.squares)}) changed instead: <b class="number">${unrelatedSquare.errors}</b>.` : nothing}`;
  return html`
    <p class="small">On the changed board <b>+ newly legal: ${names(newlyLegal)}</b>; <b>× no longer legal: ${names(newlyIllegal)}</b>. ${ignored.map(({ reason }) => reason).join(' ')} ${moveLegend(top)}</p>
    <div class="columns">
      ${show('Belief unchanged', report.moves.probs, before)}
      ${show('Belief changed', after.probs, after)}
      ${random.first ? show('A random direction instead', random.first.probs, random.first, html`<br>${chance}`)
        : html`<figure class="column"><h4>A random direction instead</h4><p class="small">${chance}</p></figure>`}
    </div>
    ${sweep(el, view)}
    <p class="small">${belief(view)}</p>`;
}

/** Errors where the change is made at one layer alone. */
export function sweepScene(view: View, width: number): ReturnType<typeof lineChart> | null {
  const found = view.report?.intervention;
  const sweep = found?.sweep;
  if (!found || !sweep) return null;
  const most = Math.max(2, found.before.errors, ...sweep.flatMap(({ errors, randomErrors }) => [errors, randomErrors]));
  const layers = sweep.map(({ layer }) => layer);
  return lineChart({
    x: { name: 'layer of the change', from: layers[0] ?? 0, to: layers.at(-1) ?? 1, ticks: layers },
    y: { name: 'errors', from: 0, to: Math.ceil(most), ticks: Array.from({ length: Math.ceil(most) + 1 }, (_, tick) => tick), label: String },
    lines: [
      { name: 'belief changed at this layer', stroke: '#2f75c4', points: sweep.map(({ layer, errors }) => [layer, errors]) },
      { name: 'random directions, mean', stroke: '#d0570b', dash: '6 4', points: sweep.map(({ layer, randomErrors }) => [layer, randomErrors]) },
      { name: 'unchanged', stroke: '#7d828a', dash: '2 3', points: layers.map((layer) => [layer, found.before.errors]) },
    ],
    width,
    height: 170,
  });
}

function sweep(el: GlassOthello, view: View): TemplateResult | typeof nothing {
  const drawn = sweepScene(view, el.chartWidth);
  const words = view.report?.intervention?.sweep?.map(({ layer, errors, randomErrors }) => `layer ${layer}: ${errors}, random ${randomErrors.toFixed(1)}`).join('; ');
  return drawn ? html`<figure class="chart"><h4>The same change at one layer alone</h4><svg role="img" aria-label="Errors by layer: ${words}" ${scene(drawn)}></svg></figure>` : nothing;
}

/** The same on many positions, from the folder. */
const elsewhere = (el: GlassOthello, view: View): TemplateResult | typeof nothing => view.probes?.beliefs ? html`
  <p class="small"><b>Precomputed</b>, not in this tab: ${beliefsElsewhere(view)}</p>
  ${tableView('Changed beliefs on held-out positions as a table', () => beliefTable(view), el.openTables.has('beliefs'), (open) => el.toggleTable('beliefs', open))}` : nothing;

export const beliefPart = (el: GlassOthello): TemplateResult => {
  const { view } = el;
  const can = view?.report?.moves && view.probes;
  return html`<section class="part" aria-labelledby="belief-title">
    <h3 id="belief-title">Change its mind</h3>
    ${view && can ? html`${el.showsPart('controls') ? edits(el, view) : nothing} ${result(el, view)} ${elsewhere(el, view)}` : html`<p class="small soft">For a changed belief a position, a network and its probes are needed.</p>`}
  </section>`;
};
