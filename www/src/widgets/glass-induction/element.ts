/** `<glass-induction>`: attention heads of a small transformer on the reader's own text. */
import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { loadModel } from '../../api/load_model.ts';
import type { BackendReport, Model, Progress } from '../../api/glasshouse.d.ts';
import { Actions } from '../../base/actions.ts';
import { failureNote, loadingVeil, numerics } from '../../base/notes.ts';
import { GlassWidget, WORD, type Table } from '../../base/widget.ts';
import { direction, language, t } from '../../words/words.ts';
import type { Cell } from '../../base/keyboard.ts';
import { attentionLines, drawLines, type Box } from '../../marks/attention-lines.ts';
import { attentionPixels, keyColumn, labelStep, paint, queryRow } from '../../marks/heatmap.ts';
import { EXAMPLES, RANDOM_COUNT } from './examples.ts';
import { rasterise } from '../../base/image.ts';
import { ask, place, type ControlCache, type Settings } from './question.ts';
import { wholePicture } from './sentence.ts';
import { formatAblations, repeatedRandomIds, same, type HeadName } from './settings.ts';
import { words } from './strings.ts';
import { styles } from './styles.css.ts';
import type { Origin } from './take-away.ts';
import { bestHead, patternOf, strongestKey, type View } from './view.ts';
import { controls } from './parts/controls.ts';
import { headPanel, thumbnails } from './parts/heads.ts';
import { lesson } from './parts/lesson.ts';
import { patternFigure } from './parts/pattern.ts';
import { scoreTable } from './parts/score-table.ts';
import { strips } from './parts/strips.ts';

const shipped = (name: string): string => new URL(`../models/${name}/`, import.meta.url).href;

/** Tall enough for every part at any width; the frame of an embedded copy. */
const FRAME_HEIGHT_PX = 1900;
/** Pointing asks the engine only where the pointer rests. */
const REST_MS = 90;
const SPEAK_MS = 700;

export class GlassInduction extends GlassWidget {
  static override styles: CSSResultGroup = [GlassWidget.styles, styles];

  protected readonly linked = ['text', 'tokens', 'model', 'twin', 'backend', 'seed', 'layer', 'head', 'position', 'ablate', 'hide', 'theme'];
  protected readonly sources = ['model', 'twin', 'backend'];
  protected readonly inputs = ['model', 'twin', 'backend', 'text', 'tokens', 'seed', 'layer', 'head', 'position', 'ablate', 'hide', 'theme', 'preview'];

  /** The text that is analysed; kept whole, whatever its length. */
  @property({ reflect: true }) text = EXAMPLES[0]?.text ?? '';
  /** Token ids to analyse instead of the text. */
  @property(WORD) tokens = '';
  /** Address of a model folder; the project's own two-layer model where it is empty. */
  @property(WORD) model = '';
  /** Address of the model to compare with; the project's own one-layer model beside its own, or `none`. */
  @property(WORD) twin = '';
  /** The head that is kept; null shows the one with the highest induction score. */
  @property({ reflect: true, type: Number }) layer: number | null = null;
  @property({ reflect: true, type: Number }) head: number | null = null;
  /** The position that is kept; negative ones count from the end. */
  @property({ reflect: true, useDefault: true, converter: { fromAttribute: Number, toAttribute: (value: number) => (value === -1 ? null : String(value)) } }) position = -1;
  /** Heads that are switched off: `0.3:zero,1.2:mean`. */
  @property(WORD) ablate = '';

  /** A position whose next tokens are previewed; no part of the state. */
  @state() preview: number | null = null;
  @state() view: View | null = null;
  @state() pointedHead: HeadName | null = null;
  @state() pointedToken: number | null = null;
  @state() pointedCell: Cell | null = null;
  @state() guess: string | null = null;
  @state() openTables: ReadonlySet<string> = new Set();
  /** What the lesson says below its question: fetched beside the model. */
  @state() texts: typeof import('./lesson-texts.ts') | null = null;
  @state() private spoken = '';
  @state() private side = 480;

  #model: Model | null = null;
  #twin: Model | null = null;
  #control: ControlCache = { key: '', value: null };
  #rest = 0;
  #speak = 0;
  #painted: readonly unknown[] = [];
  readonly #actions = new Actions(this, words, FRAME_HEIGHT_PX);
  readonly #measure = new ResizeObserver(([entry]) => {
    if (entry && entry.contentRect.width > 0) this.side = Math.round(entry.contentRect.width);
  });

  get hasMeans(): boolean {
    return this.#model?.hasMeans ?? false;
  }

  get modelAddress(): string {
    return this.model === '' ? shipped('induction-2l') : new URL(this.model, document.baseURI).href;
  }

  get twinAddress(): string | null {
    if (this.twin === 'none' || (this.twin === '' && this.model !== '')) return null;
    return this.twin === '' ? shipped('induction-1l') : new URL(this.twin, document.baseURI).href;
  }

  /** The head in the large picture: pointed at, kept, or best. */
  get shown(): HeadName {
    const kept = this.layer !== null && this.head !== null ? { layer: this.layer, head: this.head } : null;
    return this.pointedHead ?? kept ?? (this.view ? bestHead(this.view.report.heads) : { layer: 0, head: 0 });
  }

  /** The position that is kept, counted from the start. */
  get kept(): number {
    return place(this.position, this.view?.ids.length ?? 1);
  }

  /** The query whose row is read: pointed at, or kept. */
  get query(): number {
    return Math.min(this.pointedCell?.row ?? this.pointedToken ?? this.kept, (this.view?.ids.length ?? 1) - 1);
  }

  /** The cell that is read aloud and framed. */
  get cell(): Cell {
    if (this.pointedCell) return this.pointedCell;
    return { row: this.query, column: this.view ? strongestKey(this.view, this.shown, this.query) : 0 };
  }

  get labelStep(): number {
    return labelStep(this.view?.ids.length ?? 1, this.side);
  }

  showsPart(part: 'controls' | 'lesson'): boolean {
    return !this.hides(part);
  }

  protected override async load(signal: AbortSignal, report: (progress: Progress) => void): Promise<void> {
    void import('./lesson-texts.ts').then((texts) => (this.texts = texts), () => {});
    const parts: (Progress | undefined)[] = [];
    const fetchModel = (index: number, address: string) =>
      loadModel(address, {
        backend: this.backend as 'auto',
        signal,
        onProgress: (progress) => {
          parts[index] = progress;
          report(sum(parts));
        },
      });
    const twinAddress = this.twinAddress;
    const [model, twin] = await Promise.allSettled([fetchModel(0, this.modelAddress), twinAddress === null ? null : fetchModel(1, twinAddress)]);
    const failed = [model, twin].find((result) => result.status === 'rejected');
    if (model.status === 'fulfilled') this.#model = model.value;
    if (twin.status === 'fulfilled') this.#twin = twin.value;
    if (failed || signal.aborted) {
      this.unload();
      throw failed?.reason ?? signal.reason;
    }
    if (this.#model) this.#model.onBackendChange = (backend) => this.#moved(backend);
  }

  protected override unload(): void {
    this.#model?.dispose();
    this.#twin?.dispose();
    this.#model = this.#twin = null;
    this.#control = { key: '', value: null };
  }

  protected override async compute(signal: AbortSignal): Promise<() => void> {
    const model = this.#model;
    if (!model) throw new Error('The model was given back while it was needed.');
    const view = await ask(model, this.#twin, { ...this.#settings(), position: this.preview ?? this.position }, this.#control, signal);
    return () => {
      this.view = view;
      this.computedOn = view.report.backend.kind;
      if (this.preview === null) this.#say();
    };
  }

  #settings(): Settings {
    const { text, tokens, seed, layer, head, position, ablate } = this;
    return { text, tokens, seed, layer, head, position, ablate };
  }

  #moved(backend: BackendReport): void {
    this.computedOn = backend.kind;
    this.requestUpdate();
  }

  /** Says the picture once it has stood still. */
  #say(): void {
    clearTimeout(this.#speak);
    this.#speak = window.setTimeout(() => (this.spoken = this.view ? wholePicture(this.view, this.shown) : ''), SPEAK_MS);
  }

  // What readers take along; its code is fetched when the first of them asks.

  override async exportData(): Promise<object> {
    const { view, origin } = await this.#answer();
    const { data } = await import('./take-away.ts');
    return data(view, this.#settings(), this.shown, origin);
  }

  override async exportTables(): Promise<Table[]> {
    const { view } = await this.#answer();
    const { attentionTable, headTable, tokenTable } = await import('./take-away.ts');
    return [tokenTable(view), headTable(view), attentionTable(view, this.shown)];
  }

  override async exportPython(): Promise<string> {
    const { view } = await this.#answer();
    const { python } = await import('./python.ts');
    return python(view, this.modelAddress);
  }

  override async exportImage(format: 'svg' | 'png'): Promise<Blob> {
    const { view } = await this.#answer();
    const { picture } = await import('./picture.ts');
    const svg = new Blob([picture(view, this.shown, `${this.modelAddress} · ${t`seed ${this.seed}`}`)], { type: 'image/svg+xml' });
    return format === 'svg' ? svg : rasterise(svg);
  }

  /** The answer to the kept state, without what the pointer happens to preview. */
  async #answer(): Promise<{ view: View; origin: Origin }> {
    this.pointHead(null);
    this.pointToken(null);
    this.preview = null;
    await this.ready;
    if (!this.view || !this.#model) throw new Error('There is nothing to export yet.');
    return { view: this.view, origin: { model: this.#model, modelAddress: this.modelAddress, twin: this.#twin, twinAddress: this.twinAddress } };
  }

  // What readers do. Each changes attributes; the rest follows from them.

  type(text: string): void {
    Object.assign(this, { text, tokens: '', guess: null });
  }

  drawRandom(seed: number): void {
    if (!this.#model) return;
    Object.assign(this, { seed, tokens: repeatedRandomIds(seed, RANDOM_COUNT, this.#model.config).join(' '), position: -1, guess: null });
  }

  pointHead(name: HeadName | null): void {
    if (name === null ? this.pointedHead : !this.pointedHead || !same(name, this.pointedHead)) this.pointedHead = name;
  }

  keepHead(name: HeadName): void {
    Object.assign(this, name);
    this.#say();
  }

  pointToken(position: number | null): void {
    this.pointedToken = position;
    this.pointedCell = null;
    this.#previewSoon(position);
  }

  pointCell(cell: Cell | null): void {
    const old = this.pointedCell;
    if (cell?.row === old?.row && cell?.column === old?.column) return;
    this.pointedCell = cell;
    this.#previewSoon(cell?.row ?? null);
  }

  keepPosition(position: number): void {
    this.position = this.view && position === this.view.ids.length - 1 ? -1 : position;
    this.preview = null;
  }

  release(): void {
    Object.assign(this, { position: -1, layer: null, head: null, pointedHead: null, pointedToken: null, pointedCell: null, preview: null });
  }

  switchHead(name: HeadName, how: 'on' | 'zero' | 'mean'): void {
    const others = (this.view?.ablations ?? []).filter((ablation) => !same(ablation, name));
    this.ablate = formatAblations(how === 'on' ? others : [...others, { ...name, how }].sort((a, b) => a.layer - b.layer || a.head - b.head));
  }

  toggleTable(name: string, open: boolean): void {
    if (this.openTables.has(name) === open) return;
    const tables = new Set(this.openTables);
    if (open) tables.add(name);
    else tables.delete(name);
    this.openTables = tables;
  }

  #previewSoon(position: number | null): void {
    clearTimeout(this.#rest);
    this.#rest = window.setTimeout(() => (this.preview = position === this.kept ? null : position), REST_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#rest);
    clearTimeout(this.#speak);
    this.#measure.disconnect();
  }

  /** The focused cell is drawn anew wherever it moves, so that its words are read: focus moves along. */
  #inGrid = false;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#inGrid = (this.renderRoot as ShadowRoot | undefined)?.activeElement?.classList.contains('cell') ?? false;
  }

  leaveGrid(): void {
    setTimeout(() => {
      if (!(this.renderRoot as ShadowRoot).activeElement?.classList.contains('cell')) this.pointCell(null);
    });
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const field = this.renderRoot.querySelector('.field');
    if (field) this.#measure.observe(field);
    this.#paint();
    this.#drawLines();
    if (this.#inGrid) this.renderRoot.querySelector<HTMLElement>('.cell')?.focus();
  }

  /** Colours only what changed: thumbnails with the answer, the large picture with the head too. */
  #paint(): void {
    const { view, shown } = this;
    if (!view) return;
    const count = view.ids.length;
    const [painted, head] = this.#painted;
    if (painted !== view.report) {
      for (const canvas of this.renderRoot.querySelectorAll<HTMLCanvasElement>('canvas[data-head]')) {
        const [layer = 0, number = 0] = (canvas.dataset['head'] ?? '').split('.').map(Number);
        paint(canvas, attentionPixels(patternOf(view, layer), number, count), count);
      }
    }
    const large = this.renderRoot.querySelector<HTMLCanvasElement>('canvas.large');
    if (large && (painted !== view.report || head !== `${shown.layer}.${shown.head}`)) {
      paint(large, attentionPixels(patternOf(view, shown.layer), shown.head, count), count);
    }
    this.#painted = [view.report, `${shown.layer}.${shown.head}`];
  }

  #drawLines(): void {
    const svg = this.renderRoot.querySelector<SVGSVGElement>('svg.lines');
    const { view, shown } = this;
    if (!svg || !view) return;
    const at = this.pointedToken ?? this.pointedCell?.row ?? (this.position >= 0 ? this.kept : null);
    if (at === null || at >= view.ids.length) return drawLines(svg, []);
    const options = [...this.renderRoot.querySelectorAll<HTMLElement>('.strip [role=option]')];
    const boxes: Box[] = options.map(({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) =>
      ({ x: offsetLeft, y: offsetTop, width: offsetWidth, height: offsetHeight }));
    const pattern = patternOf(view, shown.layer);
    const count = view.ids.length;
    drawLines(svg, attentionLines(boxes, at, queryRow(pattern, shown.head, count, at), keyColumn(pattern, shown.head, count, at)));
  }

  protected override render(): TemplateResult {
    const { view } = this;
    return html`<section class="frame" part="frame" lang=${language} dir=${direction} aria-label=${words.about} aria-busy=${this.status === 'loading'}>
      ${this.showsPart('controls') ? controls(this) : nothing}
      ${this.failure ? failureNote(this.failure, () => this.retry()) : nothing}
      <div class="stage">
        ${view ? nothing : loadingVeil(this.status, this.progress)}
        <div class="parts" ?inert=${!view} ?data-empty=${!view}>
          ${strips(this)}
          ${thumbnails(this)}
          <div class="focus">${patternFigure(this)} ${headPanel(this)}</div>
          ${scoreTable(this)}
        </div>
      </div>
      ${this.showsPart('lesson') ? lesson(this) : nothing}
      <div class="foot">
        ${numerics(view?.report.backend ?? null, this.#model?.config ?? null)}
        ${this.#actions.render()}
      </div>
      <p class="spoken" role="status" aria-live="polite">${this.spoken}</p>
    </section>`;
  }
}

function sum(parts: readonly (Progress | undefined)[]): Progress {
  const known = parts.filter((part) => part !== undefined);
  const total = known.reduce<number | null>((all, { totalBytes }) => (all === null || totalBytes === null ? null : all + totalBytes), 0);
  return { loadedBytes: known.reduce((all, { loadedBytes }) => all + loadedBytes, 0), totalBytes: total };
}

if (!customElements.get('glass-induction')) customElements.define('glass-induction', GlassInduction);

declare global {
  interface HTMLElementTagNameMap {
    'glass-induction': GlassInduction;
  }
}
