/** A sparse autoencoder that is trained while the reader looks: on the model's activations, or on a toy model whose features are known. */
import { html, nothing, type TemplateResult } from 'lit';
import type { BackendReport } from '../../api/glasshouse.d.ts';
import { GlasshouseError, codeOf, messageOf } from '../../api/error.ts';
import { client } from '../../api/load_model.ts';
import { tableView } from '../../base/table-view.ts';
import { seeded } from '../../base/random.ts';
import type { Table } from '../../base/widget.ts';
import type { LiveData, LiveSettings, LiveStep } from '../../engine/live-protocol.ts';
import { Toy } from '../../engine/toy.ts';
import { lineChart, type Line } from '../../marks/line-chart.ts';
import { fixed, percent } from '../../marks/numbers.ts';
import { scene, type Scene } from '../../marks/scene.ts';
import { t } from '../../words/words.ts';
import type { GlassFeatures } from './element.ts';
import { choice } from './parts/controls.ts';
import type { Open } from './question.ts';
import { short } from './sentence.ts';
import type { View } from './view.ts';

export const SOURCES = ['passages', 'text', 'toy'] as const;
export type Source = (typeof SOURCES)[number];

const SOURCE_NAMES: Readonly<Record<Source, string>> = { passages: t`held-out passages`, text: t`your text`, toy: t`a toy with known features` };
const TRAIN_PASSAGES = 160;
const MEASURED_PASSAGES = 16;
const TOY = { nFeatures: 5, nHidden: 2, density: 0.05, steps: 4000 } as const;
const MOST_STEPS = 3000;
const QUARTER = MOST_STEPS / 4;
const SLICE_MS = 120;

type Architecture = LiveSettings['architecture'];

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly usual: number;
}

/** λ or k that the slider offers. */
const rangeOf = (source: Source, architecture: Architecture): Range =>
  source === 'toy'
    ? architecture === 'topk' ? { from: 1, to: 5, step: 1, usual: 1 } : { from: 0, to: 6, step: 0.1, usual: 1.4 }
    : architecture === 'topk' ? { from: 1, to: 64, step: 1, usual: 16 } : { from: 0, to: 40, step: 0.5, usual: 8 };

/** Activations at the hook for some texts, the token put before each left out. */
async function activations({ model, sae }: Open, texts: readonly (readonly number[])[], signal: AbortSignal): Promise<Float32Array> {
  const rows: Float32Array[] = [];
  for (const ids of texts) {
    const { cache } = await model.runWithCache(ids, { hooks: [sae.hook], signal });
    const found = cache[sae.hook];
    if (found) rows.push(found.data.subarray(found.data.length / ids.length));
  }
  const all = new Float32Array(rows.reduce((size, row) => size + row.length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}

/** The directions of the features of a toy model that is trained for it: `[feature, hidden]`. */
async function toyTruth(seed: number, signal: AbortSignal): Promise<Float32Array> {
  const { nFeatures, nHidden, density, steps } = TOY;
  const toy = await Toy.open(client, {
    nFeatures, nHidden, activation: 'relu', task: 'reconstruct', tied: true, correlation: 'none', samples: 0, batch: 256, learningRate: 1e-3, weightDecay: 0, warmup: 0,
    starts: 4, density: Float32Array.of(density), importance: new Float32Array(nFeatures).fill(1), seeds: Uint32Array.of(seed),
  }, 'cpu', signal);
  try {
    const { w } = await toy.train(steps, false);
    return Float32Array.from({ length: w.length }, (_, at) => w[(at % nHidden) * nFeatures + Math.floor(at / nHidden)] ?? 0);
  } finally {
    toy.close();
  }
}

export class Live {
  source: Source = 'passages';
  architecture: Architecture = 'topk';
  sparsity = rangeOf('passages', 'topk').usual;
  running = false;
  error = '';
  /** For ears: the start, each quarter of the way, the end. */
  said = '';
  history: LiveStep[] = [];
  truth: Float32Array | null = null;
  settings: LiveSettings | null = null;
  #number = 0;
  #ended: AbortController | null = null;

  constructor(private readonly el: GlassFeatures) {}

  choose(source: Source, architecture: Architecture): void {
    this.close();
    Object.assign(this, { source, architecture, sparsity: rangeOf(source, architecture).usual, history: [], truth: null, error: '', said: '' });
    this.el.requestUpdate();
  }

  /** Gives back what it holds in the worker. */
  close(): void {
    this.#ended?.abort();
    this.#ended = null;
    this.running = false;
    if (this.#number > 0) client.toy<'liveClose'>({ kind: 'liveClose', live: this.#number }).catch(() => {});
    this.#number = 0;
  }

  pause(): void {
    this.running = false;
    this.el.requestUpdate();
  }

  /** Goes on, or begins. */
  async start(open: Open, view: View): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.error = '';
    this.said = this.history.length > 0 ? t`Training goes on.` : t`Training begins on ${SOURCE_NAMES[this.source]}.`;
    this.el.requestUpdate();
    const controller = (this.#ended ??= new AbortController());
    const { signal } = controller;
    try {
      if (this.#number === 0) await this.#begin(open, view, signal);
      let steps = 2;
      while (this.running && !signal.aborted && this.#step < MOST_STEPS) {
        // A slice ends where a quarter does, so that the same numbers are said on every machine.
        const slice = Math.min(steps, QUARTER - (this.#step % QUARTER));
        const step = await client.toy<'liveTrain'>({ kind: 'liveTrain', live: this.#number, steps: slice, sparsity: this.sparsity }, signal);
        this.#took(step);
        steps = Math.max(1, Math.min(4 * steps, Math.round((slice * Math.max(SLICE_MS, 3 * step.reportMs)) / Math.max(1, step.tookMs))));
        // While nobody sees the page, nothing is trained.
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    } catch (error) {
      if (!signal.aborted && codeOf(error, 'internal') !== 'aborted') this.error = messageOf(error);
    }
    if (this.#ended === controller) {
      this.running = false;
      this.said = this.error !== '' ? '' : `${this.#step < MOST_STEPS ? t`Training is paused.` : t`Training is done.`} ${this.#numbers()}`;
    }
    this.el.requestUpdate();
  }

  async #begin(open: Open, view: View, signal: AbortSignal): Promise<void> {
    const data = await this.#data(open, view, signal);
    const toy = data.kind === 'toy';
    const d_in = toy ? TOY.nHidden : open.sae.config.d_in;
    this.settings = {
      d_in, d_sae: toy ? TOY.nFeatures : d_in, architecture: this.architecture, learningRate: toy ? 1e-2 : 2e-3, batch: toy ? 256 : 32, resampleEvery: 250, seed: view.seed,
    };
    const number = client.nextNumber();
    const first = await client.toy<'liveOpen'>({ kind: 'liveOpen', live: number, settings: this.settings, data, sparsity: this.sparsity, backend: this.el.backend as 'auto' }, signal);
    this.#number = number;
    this.history = [];
    this.#took(first);
  }

  async #data(open: Open, view: View, signal: AbortSignal): Promise<LiveData> {
    if (this.source === 'toy') {
      this.truth = await toyTruth(view.seed, signal);
      return { kind: 'toy', truth: this.truth, density: TOY.density };
    }
    const { passages } = open.cards;
    if (!passages) throw new GlasshouseError('not-found', 'This folder has no passages to measure on.');
    const bos = open.model.config.bos_token_id;
    const drawn = passages.some(TRAIN_PASSAGES + MEASURED_PASSAGES, seeded(view.seed)).map((ids) => (bos === undefined ? ids : [bos, ...ids]));
    const own = this.source === 'text' ? [view.tokens.map(({ id }) => id)] : drawn.slice(MEASURED_PASSAGES);
    return { kind: 'rows', train: await activations(open, own, signal), heldOut: await activations(open, drawn.slice(0, MEASURED_PASSAGES), signal) };
  }

  get #step(): number {
    return this.history.at(-1)?.step ?? 0;
  }

  #took(step: LiveStep): void {
    // A lost device: it began anew on the CPU.
    if (step.step < this.#step) this.history = [];
    this.history.push(step);
    if (step.step > 0 && step.step < MOST_STEPS && step.step % QUARTER === 0) this.said = this.#numbers();
    if (this.history.length > 400) this.history = this.history.filter((_, at) => at % 2 === 0 || at === this.history.length - 1);
    this.el.requestUpdate();
  }

  words(): string {
    const last = this.history.at(-1);
    return last ? `${trainsOn(last.backend)} ${this.#numbers()}` : '';
  }

  #numbers(): string {
    const last = this.history.at(-1);
    if (!last) return '';
    const { step, rows, control, meanMaxCosine } = last;
    const [l0, explained, dead, randomExplained, randomL0, components] = [fixed(last.l0, 1), percent(last.explainedVariance), percent(last.dead), percent(control.explainedVariance), fixed(control.l0, 1), percent(last.pca)];
    const cosine = meanMaxCosine === null ? '' : ` ${t`Mean largest cosine with the true features ${fixed(meanMaxCosine, 3)} (random rows ${fixed(control.meanMaxCosine ?? Number.NaN, 3)}).`}`;
    return `${t`Step ${step}: L0 ${l0}, explained variance ${explained} on ${rows} held-out rows (random rows ${randomExplained} at L0 ${randomL0}, principal components at equal L0 ${components}), ${dead} of ${this.settings?.d_sae ?? 0} features dead.`}${cosine}`;
  }

  table(): Table {
    return {
      name: t`Live training on ${SOURCE_NAMES[this.source]}`,
      rows: [
        [t`step`, t`loss`, 'L0', t`explained variance`, t`dead`, t`mean max cosine`, t`PCA at equal L0`, t`random rows: L0`, t`random rows: explained variance`, t`random rows: mean max cosine`],
        ...this.history.map(({ step, loss, l0, explainedVariance, dead, meanMaxCosine, pca, control }) => [step, loss, l0, explainedVariance, dead, meanMaxCosine, pca, control.l0, control.explainedVariance, control.meanMaxCosine]),
      ],
    };
  }

  /** As plain JSON. */
  data(): object | null {
    const { settings, source, sparsity, history, truth } = this;
    return settings && { source, sparsity, settings, backend: history.at(-1)?.backend ?? null, truth: truth && [...truth], history: history.map(({ decoder, backend: _, ...step }) => ({ ...step, decoder: decoder && [...decoder] })) };
  }
}

const trainsOn = ({ kind, adapter, selfCheck }: BackendReport): string => kind === 'webgpu' ? t`Trains on WebGPU (${adapter}).` : `${t`Trains on the CPU.`} ${selfCheck.reason ?? ''}`;

const share = (value: number): string => `${Math.round(100 * value)}\u00a0%`;

function chart(live: Live, y: string, of: (step: LiveStep) => number, others: readonly Omit<Line, 'points'>[], values: readonly ((step: LiveStep) => number | null)[], width: number): Scene {
  const last = Math.max(1, live.history.at(-1)?.step ?? 1);
  const points = (value: (step: LiveStep) => number | null) => live.history.map((step) => [step.step, value(step) ?? Number.NaN] as const);
  return lineChart({
    x: { name: t`steps`, from: 0, to: last, ticks: [0, Math.round(last / 2), last] },
    y: { name: y, from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], label: share },
    lines: [{ name: t`this dictionary`, stroke: '#2f75c4', points: points(of) }, ...others.map((line, at) => ({ ...line, points: points(values[at] ?? (() => null)) }))],
    width, height: 170,
  });
}

/** L0 against explained variance, as training and the slider moved it. */
function tradeOff(live: Live, width: number): Scene {
  const most = Math.max(1, ...live.history.map(({ l0 }) => l0), ...live.history.map(({ control }) => control.l0));
  return lineChart({
    x: { name: 'L0', from: 0, to: most, ticks: [0, 0.25, 0.5, 0.75, 1].map((part) => Number((part * most).toPrecision(2))) },
    y: { name: t`explained variance`, from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], label: share },
    lines: [
      { name: t`this dictionary`, stroke: '#2f75c4', points: live.history.map(({ l0, explainedVariance }) => [l0, explainedVariance]) },
      { name: t`random rows`, stroke: '#d0570b', dash: '6 4', points: live.history.map(({ control }) => [control.l0, control.explainedVariance]) },
    ],
    width, height: 170,
  });
}

const RANDOM = { name: t`random rows`, stroke: '#d0570b', dash: '6 4' } as const;
const COMPONENTS = { name: t`PCA, equal L0`, stroke: '#7d828a', dash: '2 3' } as const;

/** True features and decoder rows of a toy in the plane. */
function arrows({ truth, history }: Live): Scene {
  const [size, middle] = [220, 110];
  const rows = (numbers: Float32Array, scale: number): [number, number][] => Array.from({ length: numbers.length / 2 }, (_, at) => [middle + scale * (numbers[2 * at] ?? 0), middle - scale * (numbers[2 * at + 1] ?? 0)]);
  const decoder = history.at(-1)?.decoder;
  const longest = Math.max(1e-6, ...Array.from({ length: (truth?.length ?? 0) / 2 }, (_, at) => Math.hypot(truth?.[2 * at] ?? 0, truth?.[2 * at + 1] ?? 0)));
  return {
    width: size, height: size, marks: [
      { kind: 'dot', at: [middle, middle], r: 90, stroke: 'line' },
      ...(truth ? rows(truth, 90 / longest).map((to) => ({ kind: 'line', from: [middle, middle], to, stroke: '#7d828a', width: 7, opacity: 0.45 } as const)) : []),
      ...(decoder ? rows(decoder, 90).map((to) => ({ kind: 'line', from: [middle, middle], to, stroke: '#2f75c4', width: 2.5 } as const)) : []),
    ],
  };
}

export function livePanel(live: Live, el: GlassFeatures, go: () => void): TemplateResult {
  const { source, architecture, sparsity, running, history } = live;
  const { from, to, step } = rangeOf(source, architecture);
  const width = Math.min(420, el.chartWidth);
  const toy = history.at(-1)?.meanMaxCosine !== null && history.length > 0;
  const described = (drawn: Scene, words: string) => html`<svg role="img" aria-label=${words} ${scene(drawn)}></svg>`;
  return html`
    ${el.showsPart('controls') ? html`<div class="row small"><span>${t`On`}</span>${choice(t`What it is trained on`, SOURCES.map((name) => [name, SOURCE_NAMES[name]] as const), source, (name) => live.choose(name, architecture))}
      ${choice(t`Architecture`, [['topk', 'TopK'], ['standard', 'ReLU, L1']] as const, architecture, (name) => live.choose(source, name))}</div>
    <div class="row small"><button type="button" @click=${go}>${running ? t`Pause` : history.length > 0 ? t`Go on` : t`Train`}</button>
      <label class="row tight slider">${architecture === 'topk' ? 'k' : 'λ'} <input type="range" min=${from} max=${to} step=${step} .value=${String(sparsity)} @input=${(event: Event) => { live.sparsity = Number((event.target as HTMLInputElement).value); el.requestUpdate(); }}><b class="number">${short(sparsity)}</b></label>
      ${history.length > 0 ? html`<button type="button" @click=${() => live.choose(source, architecture)}>${t`Begin anew`}</button>` : nothing}</div>` : nothing}
    ${live.error === '' ? nothing : html`<p class="small error" role="alert" lang="en">${live.error}</p>`}
    <p class="spoken" role="status">${live.said}</p>
    <p class="small">${history.length > 0 ? live.words() : running ? t`Collecting activations …` : ''}</p>
    ${history.length > 0 ? html`<div class="pair">
      <figure class="chart"><h4>${t`Explained variance, held out`}</h4>${described(chart(live, t`explained variance`, (one) => one.explainedVariance, [RANDOM, COMPONENTS], [(one) => one.control.explainedVariance, (one) => one.pca], width), live.words())}</figure>
      ${toy ? html`<figure class="chart"><h4>${t`Mean largest cosine with the true features`}</h4>${described(chart(live, t`cosine`, (one) => one.meanMaxCosine ?? Number.NaN, [RANDOM], [(one) => one.control.meanMaxCosine], width), live.words())}</figure>` : nothing}
      <figure class="chart"><h4>${t`L0 against explained variance, as it moved`}</h4>${described(tradeOff(live, width), live.words())}</figure>
      ${toy ? html`<figure class="chart plane"><h4>${t`True features (grey) and decoder rows (blue)`}</h4>${described(arrows(live), t`Five true directions in the plane, and the rows of the dictionary.`)}
        <figcaption class="small soft">${t`The toy was trained just now: five features, one in twenty samples each, in two dimensions.`}</figcaption></figure>` : nothing}
    </div>
    ${tableView(t`Training as a table`, () => live.table(), el.openTables.has('live'), (open) => el.toggleTable('live', open))}` : nothing}`;
}
