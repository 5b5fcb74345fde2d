import { html, nothing, type TemplateResult } from 'lit';
import { percent, score, signed } from '../../../marks/numbers.ts';
import { nextTokens } from '../../../marks/next-tokens.ts';
import { tokenLabel } from '../../../marks/token-text.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassInduction } from '../element.ts';
import { headNames } from '../sentence.ts';
import { headName, same, type HeadName } from '../settings.ts';
import { KIND_HEADS, KIND_MEANINGS, KIND_NAMES, KIND_SHORT, SWITCH, words } from '../strings.ts';
import { aboveControls, badges, ceilings, effect, KINDS, names, type Head, type View } from '../view.ts';

/** Reserved before the model is known, so that nothing moves when it comes. */
const USUAL = { layers: 2, heads: 4 };

/** A small picture per head. */
export function thumbnails(el: GlassInduction): TemplateResult {
  const { view, shown } = el;
  const { layers, heads } = view ?? USUAL;
  const ceiling = view ? ceilings(view.ids) : null;
  const card = (name: HeadName) => {
    const head = view?.report.heads.find((candidate) => same(candidate, name));
    const kinds = head && ceiling ? badges(head, ceiling) : [];
    const off = view?.ablations.some((ablation) => same(ablation, name)) ?? false;
    const current = same(name, shown);
    return html`<button type="button" class="thumb ${off ? 'off' : ''}" aria-pressed=${current}
      title=${kinds.length > 0 ? kinds.map((kind) => `${KIND_HEADS[kind]}: ${KIND_MEANINGS[kind]}`).join('; ') : nothing}
      @pointerenter=${(event: PointerEvent) => event.pointerType === 'mouse' && el.pointHead(name)} @pointerleave=${() => el.pointHead(null)}
      @click=${() => el.keepHead(name)} @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && el.release()}>
      <canvas data-head=${headName(name)} aria-hidden="true"></canvas>
      <span class="name"><span class="spoken">${t`Head`} </span>${headName(name)}${off ? ` ${t`off`}` : ''}</span>
      <span class="kind">${kinds.length > 0 ? KIND_SHORT[kinds.at(-1) ?? 'induction'] : '\u00a0'}</span>
    </button>`;
  };
  return html`<section class="part" aria-labelledby="heads-title">
    <h3 id="heads-title">${words.headsTitle}</h3>
    <p class="small soft">${words.headsHint}</p>
    <div class="layers" .style="--columns:${Math.min(heads, 8)}">${Array.from({ length: layers }, (_, layer) => html`<div class="layer" role="group" aria-label=${t`Layer ${layer}`}>
      <span class="small soft layer-name">${t`layer ${layer}`}</span>
      <div class="thumbs">${Array.from({ length: heads }, (_head, head) => card({ layer, head }))}</div>
    </div>`)}</div>
  </section>`;
}

/** The three scores of one head, each beside its controls. */
function scores(head: Head, view: View): TemplateResult {
  const ceiling = ceilings(view.ids);
  return html`<table class="scores">
    <caption class="spoken">${t`Scores of head ${headName(head)} with their controls`}</caption>
    <thead><tr><th scope="col">${t`score`}</th><th scope="col" class="number">${t`this head`}</th><th scope="col" class="number">${t`untrained`}</th>
      <th scope="col" class="number">${t`random 95 %`}</th><th scope="col" class="number">${t`highest here`}</th></tr></thead>
    <tbody>${KINDS.map((kind) => html`<tr>
      <th scope="row" title=${KIND_MEANINGS[kind]}>${KIND_NAMES[kind]}</th>
      <td class="number ${aboveControls(head, kind) ? 'above' : ''}">${score(head[kind])}${aboveControls(head, kind) ? ' ▲' : ''}</td>
      <td class="number soft">${score(head.control.untrained[kind])}</td>
      <td class="number soft">${score(head.control.random95[kind])}</td>
      <td class="number soft">${score(ceiling[kind])}</td>
    </tr>`)}</tbody>
  </table>`;
}

/** On, zero or mean, as a group of radio buttons. */
function headSwitch(el: GlassInduction, name: HeadName, how: 'on' | 'zero' | 'mean'): TemplateResult {
  const choices = ['on', 'zero', 'mean'] as const;
  const usable = choices.filter((choice) => choice !== 'mean' || el.hasMeans);
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const at = usable.indexOf(how);
    const next = usable[(at + step + usable.length) % usable.length] ?? 'on';
    event.preventDefault();
    el.switchHead(name, next);
    (event.currentTarget as Element).querySelector<HTMLElement>(`[data-how=${next}]`)?.focus();
  };
  return html`<span class="segments" role="radiogroup" aria-label=${t`Head ${headName(name)}`} @keydown=${keys}>
    ${usable.map((choice) => html`<button type="button" role="radio" data-how=${choice} aria-checked=${choice === how}
      tabindex=${choice === how ? 0 : -1} @click=${() => el.switchHead(name, choice)}>${SWITCH[choice]}</button>`)}
  </span>`;
}

const nats = (change: number) => say`${html`<b>${signed(change)}</b>`} nats`;

function effectNote(el: GlassInduction, view: View): TemplateResult {
  if (view.ablations.length === 0) return html`<p class="small soft">${t`Switch a head off to see what it does for the prediction.`}</p>`;
  const found = effect(view);
  if (!found) return html`<p class="small soft">${words.noRepeat}</p>`;
  const { before, after, control } = found;
  const possible = view.control !== null;
  return html`<dl class="effect small">
      <dt>${t`Without ${headNames(view.ablations)}, repeated tokens`}</dt><dd class="number">${nats(after - before)}</dd>
      ${view.control && control !== null
        ? html`<dt>${t`Control: without ${headNames(view.control.ablations)} instead`}</dt><dd class="number">${nats(control - before)}</dd>`
        : html`<dt>${t`Control`}</dt><dd>${t`no other head in this layer`}</dd>`}
    </dl>
    <p class="small row">${possible ? html`<button type="button" @click=${() => (el.seed += 1)}>${t`Another random control`}</button>` : nothing}
      <button type="button" @click=${() => (el.ablate = '')}>${t`All heads on`}</button></p>`;
}

/** The probability that each model gave to the token that does come next. */
function actualNext(view: View): TemplateResult {
  const { report, tokens } = view;
  const { position } = report.top;
  const next = position + 1;
  if (next >= tokens.length) return html`<p class="small soft">${t`This is the end of the text: nothing comes next yet.`}</p>`;
  const at = (probs: readonly (number | null)[] | null) => percent(probs?.[position]);
  const others = [
    report.ablatedNextTokenProb && t`without ${headNames(view.ablations)} ${at(report.ablatedNextTokenProb)}`,
    report.twinNextTokenProb && t`by ${names(view).twin} ${at(report.twinNextTokenProb)}`,
    t`untrained ${at(report.untrainedNextTokenProb)}`,
  ].filter((said) => said !== null);
  return html`<p class="small soft">${say`What does come next, ${html`<bdi class="mono">${tokenLabel(tokens, next)}</bdi>`}, was given ${html`<b>${at(report.nextTokenProb)}</b>`}, ${others.join(t`, `)}.`}</p>`;
}

/** Everything about the head in the large picture, and what it does for the prediction. */
export function headPanel(el: GlassInduction): TemplateResult {
  const { view, shown } = el;
  const head = view?.report.heads.find((candidate) => same(candidate, shown));
  if (!view || !head) return html`<div class="side"></div>`;
  const how = view.ablations.find((ablation) => same(ablation, shown))?.how ?? 'on';
  const { top } = view.report;
  const actual = view.ids[top.position + 1] ?? null;
  const kinds = badges(head, ceilings(view.ids));
  const { own, twin } = names(view);
  return html`<div class="side">
    <div class="block">
      <h3>${t`Head ${headName(shown)}`} ${kinds.map((kind) => html`<span class="badge" title=${KIND_MEANINGS[kind]}>${KIND_HEADS[kind]}</span> `)}</h3>
      <div class="scroll" tabindex="0" role="group" aria-label=${t`Scores of this head`}>${scores(head, view)}</div>
    </div>
    ${el.showsPart('controls') ? html`<div class="block effects"><div class="row">${headSwitch(el, shown, how)}</div>${effectNote(el, view)}</div>` : nothing}
    <div class="block">
      <h3>${say`What comes after ${html`<bdi class="mono quoted">${tokenLabel(view.tokens, top.position)}</bdi>`}?`}</h3>
      <div class="tops">
        ${nextTokens(own, top.baseline, 5, actual)}
        ${top.ablated ? nextTokens(t`without ${view.ablations.map(headName).join(', ')}`, top.ablated, 5, actual) : nothing}
        ${top.twin ? nextTokens(twin, top.twin, 5, actual) : nothing}
      </div>
      ${actualNext(view)}
    </div>
  </div>`;
}
