/** The game, the board as the network has it, and what it expects next. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../../marks/numbers.ts';
import { VIRIDIS_GRADIENT } from '../../../marks/colour.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { FRAME_NAMES, layerName, readWords, squareWords } from '../sentence.ts';
import { words } from '../strings.ts';
import { FRAMES } from '../settings.ts';
import { moveSquares, plyAt, probsOf, readSquares, rightCount, topOfScale, trueSquares } from '../view.ts';
import { field, picture } from './field.ts';

const score = (count: number | null): TemplateResult => html`<b class="number">${t`${count ?? '–'} of 64`}</b>`;

function turnLine(el: GlassOthello): TemplateResult {
  const { game } = el;
  if (!game) return html`&nbsp;`;
  const { toMove, passed, board } = plyAt(game, el.shownPly);
  const count = (disc: number) => board.reduce((sum, value) => sum + Number(value === disc), 0);
  const turn = !toMove ? t`The game is over.`
    : toMove === 'black' ? (passed ? t`Black to move again: the other side had to pass.` : t`Black to move.`)
      : passed ? t`White to move again: the other side had to pass.` : t`White to move.`;
  return html`<b>${turn}</b> ${t`${count(1)} black, ${count(-1)} white.`}`;
}

/** The true board, to play on. */
function play(el: GlassOthello): TemplateResult {
  const { game } = el;
  if (!game) return html`<figure class="column"><h3>${t`The game`}</h3><div class="board"></div></figure>`;
  const last = game.plies.length - 1;
  const ply = el.shownPly;
  const position = plyAt(game, ply);
  return html`<figure class="column">
    <h3>${t`The game`} <span class="soft small">${t`click a dot to play`}</span></h3>
    ${field({
      name: t`The game: play with Enter, take back with Backspace`,
      squares: trueSquares(position),
      cursor: el.cursor,
      describe: (square) => squareWords(el.view, game, ply, square),
      move: (square) => el.point(square),
      pick: (square) => void el.play(square),
      key: (key) => {
        if (key === 'Backspace' || key === 'Delete') el.undo();
        else if (key === 'PageUp') el.goTo(ply - 1);
        else if (key === 'PageDown') el.goTo(ply + 1);
        else return false;
        return true;
      },
    })}
    <div class="row steps">
      <button type="button" aria-label=${t`To the start`} ?disabled=${ply === 0} @click=${() => el.goTo(0)}>«</button>
      <button type="button" aria-label=${t`One move back`} ?disabled=${ply === 0} @click=${() => el.goTo(ply - 1)}>‹</button>
      <input type="range" aria-label=${t`Move`} min="0" max=${last} .value=${String(ply)} aria-valuetext=${t`after move ${ply} of ${last}`} @input=${(event: Event) => el.goTo(Number((event.target as HTMLInputElement).value))}>
      <button type="button" aria-label=${t`One move on`} ?disabled=${ply === last} @click=${() => el.goTo(ply + 1)}>›</button>
      <span class="small number">${ply}/${last}</span>
      <button type="button" ?disabled=${ply === 0} @click=${() => el.undo()}>${t`Undo`}</button>
    </div>
    <figcaption class="small">${turnLine(el)} ${el.note ? html`<b class="warn">${el.note}</b>` : nothing}</figcaption>
  </figure>`;
}

/** The board as a probe reads it. */
function read(el: GlassOthello): TemplateResult {
  const { view } = el;
  const probs = view && probsOf(view, 'model', view.frame, view.layer);
  const layers = view?.probes?.layers ?? [];
  // Where the reader has moved it: the answer may be a while.
  const layer = el.layer ?? view?.layer ?? 0;
  return html`<figure class="column">
    <h3>${t`The network’s board`} <span class="soft small">${t`click to change it`}</span></h3>
    ${view && probs ? field({
      name: t`The board as read from ${layerName(view.layer)}: Enter changes the network’s mind about a square`,
      squares: readSquares(probs, plyAt(view.game, view.ply), view.frame).map((square, index) => (view.edits.some((edit) => edit.square === index) ? { ...square, sign: 'cross' } : square)),
      cursor: el.cursor,
      describe: (square) => readWords(view, probs, square),
      move: (square) => el.point(square),
      pick: (square) => el.cycleEdit(square),
    }) : html`<div class="board blank small soft">${view ? (view.report?.unread ?? (view.probes ? '' : t`There are no probes for this network: nothing can be read out.`)) : ''}</div>`}
    <div class="row steps">
      <label for="layer" class="small">${t`Layer`}</label>
      <input id="layer" type="range" min=${layers[0] ?? 0} max=${layers.at(-1) ?? 8} .value=${String(layer)} aria-valuetext=${layerName(layer)} @input=${(event: Event) => (el.layer = Number((event.target as HTMLInputElement).value))}>
      <b class="number small">${view ? layer : '–'}</b>
      <span class="segments" role="radiogroup" aria-label=${t`Frame`} @keydown=${(event: KeyboardEvent) => el.frameKey(event)}>${FRAMES.map((frame) => html`<button type="button" role="radio" data-frame=${frame} aria-checked=${el.frame === frame}
        tabindex=${el.frame === frame ? 0 : -1} @click=${() => (el.frame = frame)}>${FRAME_NAMES[frame]}</button>`)}</span>
    </div>
    <figcaption class="small">${view && probs ? say`${score(rightCount(view, 'model', view.frame, view.layer))} squares right. Faint: unsure of a disc; grey: unsure of its colour; ${html`<span class="key wrong"></span>`} wrong.` : nothing}</figcaption>
  </figure>`;
}

/** A viridis scale up to `top`. */
export const moveLegend = (top: number): TemplateResult =>
  html`<span class="legend"><span>0</span><span class="ramp" .style="background: ${VIRIDIS_GRADIENT}"></span><span>${percent(top)}</span></span>`;

const number = (share: number): TemplateResult => html`<b class="number">${percent(share)}</b>`;

function moves(el: GlassOthello): TemplateResult {
  const { view } = el;
  const report = view?.report;
  const distribution = report?.moves;
  if (!view || !distribution) return html`<figure class="column"><h3>${t`Where it expects the next move`}</h3><div class="board blank small soft">${report?.unread ?? nothing}</div></figure>`;
  const position = plyAt(view.game, view.ply);
  const top = topOfScale(distribution.probs);
  const untrained = report.untrainedMoves;
  return html`<figure class="column">
    <h3>${t`Where it expects the next move`} <span class="soft small">${t`in %`}</span></h3>
    ${picture(el.words('moves'), moveSquares(distribution.probs, position.board, position.legal, top))}
    <div class="row steps">${moveLegend(top)} <span class="small soft">${t`• legal \u00a0 × illegal, 1 % or more`}</span></div>
    <figcaption class="small">${untrained
      ? say`Legal moves get ${number(distribution.legalMass)}, others ${number(distribution.illegalMass)} ${html`<span class="soft">${say`(untrained: ${html`<span class="number">${percent(untrained.legalMass)}</span>`} legal)`}</span>`}.`
      : say`Legal moves get ${number(distribution.legalMass)}, others ${number(distribution.illegalMass)}.`} ${el.words('best')}</figcaption>
  </figure>`;
}

const CONTROLS = [['model', t`the other frame`], ['untrained', t`untrained network`], ['bag', t`bag of moves, no network`]] as const;

/** The same board from less: what the number above is worth. */
export function controlBoards(el: GlassOthello): TemplateResult {
  const { view } = el;
  const cards = CONTROLS.map(([source, name]) => {
    const frame = view && (source === 'model' ? FRAMES.find((other) => other !== view.frame) ?? view.frame : view.frame);
    const probs = view && frame && probsOf(view, source, frame, view.layer);
    const title = source === 'model' && frame ? t`same layer, ${FRAME_NAMES[frame]}` : name;
    return html`<figure class="card">${view && frame && probs
      ? picture(t`${title}: ${rightCount(view, source, frame, view.layer)} of 64 squares right`, readSquares(probs, plyAt(view.game, view.ply), frame), true)
      : html`<div class="board small-board blank"></div>`}
      <figcaption class="small">${title}<br>${view && frame && probs ? score(rightCount(view, source, frame, view.layer)) : html`<b>–</b>`}</figcaption></figure>`;
  });
  return html`<div class="worth"><div class="cards">${cards}</div><p class="small soft">${words.worth}</p></div>`;
}

export const boards = (el: GlassOthello): TemplateResult => html`<section class="part" aria-label=${t`The game and the network`}>
    <div class="columns">${play(el)} ${read(el)} ${moves(el)}</div>
    <div class="tables">${el.below?.boardTables(el)}</div>
  </section>`;
