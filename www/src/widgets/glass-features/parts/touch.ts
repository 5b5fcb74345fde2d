/** A feature pushed: what comes next, what is written, and what it costs. */
import { html, nothing, type TemplateResult } from 'lit';
import type { SteeredText } from '../../../api/features.d.ts';
import { sizeNote } from '../../../base/machine.ts';
import { tableView } from '../../../base/table-view.ts';
import { lineChart } from '../../../marks/line-chart.ts';
import { nextTokens } from '../../../marks/next-tokens.ts';
import { count, fixed, percent, score } from '../../../marks/numbers.ts';
import { scene, type Scene } from '../../../marks/scene.ts';
import { tokenCount, visible } from '../../../marks/token-text.ts';
import { t } from '../../../words/words.ts';
import type { GlassFeatures } from '../element.ts';
import { short } from '../sentence.ts';
import { range } from '../settings.ts';
import { words } from '../strings.ts';
import { sweepTable } from '../more-tables.ts';
import { maximumOf, type More, type View } from '../view.ts';
import { pushWords, steeringWords, sweepWords } from '../whole-picture.ts';
import { choice } from './controls.ts';

const LISTED = 8;

function sliders(el: GlassFeatures, view: View): TemplateResult {
  const { push, seed } = view;
  const { temperature } = el;
  const { from, to, step } = range(push.how, maximumOf(view.firing, view, push.feature));
  // Where the reader has moved them: the answer may be a while.
  const amount = el.how === push.how ? (el.amount ?? push.amount) : push.amount;
  const value = (event: Event) => Number((event.target as HTMLInputElement).value);
  return html`<div class="row small">
    ${choice(t`What is done to the feature`, [['clamp', t`hold at`], ['scale', t`times`]] as const, push.how, (how) => el.switchHow(how))}
    <label class="row tight slider"><span class="spoken">${t`Amount`}</span><input type="range" min=${from} max=${to} step=${step} .value=${String(amount)} @input=${(event: Event) => (el.amount = value(event))}><b class="number">${push.how === 'scale' ? '×' : ''}${short(amount)}</b></label>
    <label class="row tight">${t`temperature`} <input type="range" min="0" max="1.5" step="0.1" .value=${String(temperature)} @input=${(event: Event) => (el.temperature = value(event))}><span class="number">${fixed(temperature, 1)}</span></label>
    <button type="button" @click=${() => (el.seed += 1)}>${t`Sample again`}</button><span class="soft">${t`seed ${seed}`}</span>
  </div>`;
}

const written = ({ continuation }: SteeredText): string => continuation.map(({ text }) => text ?? '∅').join('');

const way = (title: string, note: string, steered: SteeredText | null): TemplateResult => html`<figure class="column way"><h4>${title}</h4>
  ${nextTokens(t`Next token`, steered?.top ?? [], LISTED, null)}
  <blockquote class="mono">${steered ? html`…<bdi>${visible(written(steered)).replaceAll('␣', ' ').replaceAll('↵', '\n')}</bdi>` : '…'}</blockquote>
  <figcaption class="small soft">${note}</figcaption></figure>`;

/** Five round marks from 0 on. */
const ticks = (to: number): number[] => Array.from({ length: 5 }, (_, tick) => (tick * to) / 4);

export function effectScene(view: View, { sweep }: More, width: number): Scene | null {
  if (!sweep) return null;
  const most = Math.max(0.01, ...sweep.effect, ...sweep.randomEffect, sweep.unsteered.effect);
  return chart(view, sweep, width, t`probability`, 0, most, percent, sweep.effect, sweep.randomEffect, sweep.unsteered.effect);
}

export function damageScene(view: View, { sweep }: More, width: number): Scene | null {
  if (!sweep) return null;
  const all = [...sweep.loss, ...sweep.randomLoss, sweep.unsteered.loss];
  const least = Math.floor(Math.min(...all) * 2) / 2;
  return chart(view, sweep, width, t`loss, nats a token`, least, Math.max(least + 0.5, ...all), (value) => fixed(value, 1), sweep.loss, sweep.randomLoss, sweep.unsteered.loss);
}

function chart(
  { push }: View, { amounts }: NonNullable<More['sweep']>, width: number, y: string, from: number, to: number, label: (value: number) => string,
  steered: readonly number[], random: readonly number[], unsteered: number,
): Scene {
  const along = (values: readonly number[]): (readonly [number, number])[] => amounts.map((amount, at) => [amount, values[at] ?? Number.NaN]);
  const [first, last] = [amounts[0] ?? 0, amounts.at(-1) ?? 1];
  return lineChart({
    x: { name: push.how === 'clamp' ? t`feature ${push.feature} held at` : t`feature ${push.feature} times`, from: first, to: last, ticks: amounts },
    y: { name: y, from, to, ticks: ticks(to - from).map((tick) => from + tick), label },
    lines: [
      { name: t`feature`, stroke: '#2f75c4', points: along(steered) },
      { name: t`random direction`, stroke: '#d0570b', dash: '6 4', points: along(random) },
      { name: t`unsteered`, stroke: '#7d828a', dash: '2 3', points: along(amounts.map(() => unsteered)) },
    ],
    at: Math.min(last, Math.max(first, push.amount)), width, height: 170,
  });
}

export function touchPart(el: GlassFeatures, view: View): TemplateResult {
  const { steering, sweep, sizes, error } = el.more;
  const width = Math.min(420, el.chartWidth);
  const [effect, damage] = [effectScene(view, el.more, width), damageScene(view, el.more, width)];
  return html`<section class="part" aria-labelledby="touch-title">
    <h3 id="touch-title">${t`Touch it`}</h3>
    ${el.showsPart('controls') ? sliders(el, view) : nothing}
    ${error === '' ? nothing : html`<p class="small error" role="alert">${error}</p>`}
    <p class="steering">${steering ? steeringWords(view, el.more) : '\u00a0'}</p>
    ${sizes ? sizeNote(sizes.directions, t`${count(sizes.directions.used)} of ${count(sizes.directions.full)} random directions.`, t`Draw all ${count(sizes.directions.full)}`,
      el.showsPart('controls') ? () => (el.directions = sizes.directions.full) : null) : nothing}
    <div class="columns">
      ${way(t`As it is`, t`Unsteered.`, steering?.before ?? null)}
      ${way(t`Feature pushed`, steering ? t`${pushWords(view.push)} at every token, at the last one by ${short(steering.norm)} along its decoder row.` : t`${pushWords(view.push)} at every token.`, steering?.after ?? null)}
      ${way(t`A random direction instead`, t`As far, at the same tokens, along a random direction.`, steering?.randomControl ?? null)}
    </div>
    <div class="pair">
      <figure class="chart"><h4>${t`Effect: probability of the ten tokens that it promotes`}</h4>
        ${effect ? html`<svg role="img" aria-label=${t`Probability of the promoted tokens: ${sweep?.amounts.map((amount, at) => t`at ${short(amount)} ${percent(sweep.effect[at])}, random ${percent(sweep.randomEffect[at])}`).join('; ') ?? ''}`} ${scene(effect)}></svg>` : html`<p class="small soft waiting">${t`measuring …`}</p>`}</figure>
      <figure class="chart"><h4>${t`Damage: loss on held-out text`}</h4>
        ${damage ? html`<svg role="img" aria-label=${sweepWords(view, el.more)} ${scene(damage)}></svg>` : html`<p class="small soft waiting">${t`measuring …`}</p>`}
        <figcaption class="small soft">${words.damage} ${!sweep ? '' : view.passages ? t`${tokenCount(sweep.heldOutTokens)}; unsteered ${score(sweep.unsteered.loss)}.`
          : t`${tokenCount(sweep.heldOutTokens)} of your own text, because this folder has no passages; unsteered ${score(sweep.unsteered.loss)}.`}</figcaption></figure>
    </div>
    ${sizes && view.passages ? sizeNote(sizes.passages, t`${count(sizes.passages.used)} of ${count(sizes.passages.full)} held-out passages.`, t`Read all ${count(sizes.passages.full)}`,
      el.showsPart('controls') ? () => (el.passages = sizes.passages.full) : null) : nothing}
    ${sweep ? tableView(t`Effect and damage as a table`, () => sweepTable(view, el.more), el.openTables.has('sweep'), (open) => el.toggleTable('sweep', open)) : nothing}
  </section>`;
}
