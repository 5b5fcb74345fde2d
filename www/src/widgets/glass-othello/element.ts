/** `<glass-othello>`: a game, the board inside a network that only ever saw moves, and what happens when that board is changed. */
import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { codeOf, messageOf } from '../../api/error.ts';
import { loadModel } from '../../api/load_model.ts';
import type { BackendReport, Model, Progress } from '../../api/glasshouse.d.ts';
import type { BoardEdit, OthelloGame, ProbeFit, ProbesDescription } from '../../api/othello.d.ts';
import { Actions } from '../../base/actions.ts';
import { rasterise } from '../../base/image.ts';
import { failureNote, loadingVeil, numerics } from '../../base/notes.ts';
import { GlassWidget, WORD, type Table } from '../../base/widget.ts';
import { direction, language, t } from '../../words/words.ts';
import { LIBRARY, type Entry } from './library.ts';
import { ask, randomGame, replay, type Cache } from './question.ts';
import { expects, expectsMost, reading, squareWords } from './sentence.ts';
import { formatEdits, FRAMES, parseEdits, place, squareName, type Settings } from './settings.ts';
import { words } from './strings.ts';
import { styles } from './styles.css.ts';
import { exampleEdit, plyAt, usedSizes, type View } from './view.ts';
import { boards, controlBoards } from './parts/boards.ts';
import { controls } from './parts/controls.ts';
import type { LiveFit } from './parts/fit.ts';

const shipped = (name: string): string => new URL(`../models/${name}/`, import.meta.url).href;

const FRAME_HEIGHT_PX = 2400;
const SPEAK_MS = 700;
const FIT_GAMES = 120;
const MOST_CHART_PX = 640;

const HOW_SPOKEN = { flip: t`flip`, empty: t`empty`, mine: t`mine`, theirs: t`theirs` } as const;

const [FIRST] = LIBRARY;

export class GlassOthello extends GlassWidget {
  static override styles: CSSResultGroup = [GlassWidget.styles, styles];

  protected readonly linked = ['transcript', 'ply', 'layer', 'frame', 'edits', 'edit-layers', 'scale', 'directions', 'sweep', 'model', 'probes', 'backend', 'seed', 'hide', 'theme'];
  protected readonly sources = ['model', 'probes', 'backend'];
  protected readonly inputs = ['transcript', 'ply', 'layer', 'frame', 'edits', 'editLayers', 'scale', 'directions', 'sweep', 'model', 'probes', 'backend', 'seed', 'hide', 'theme'];

  /** Moves such as `f5d6c3`; passes are not written. What cannot be played is refused at the move, and what came before it is kept. */
  @property({ reflect: true }) transcript = FIRST?.transcript ?? '';
  /** The position after so many moves; null is the last, negative ones count from the end. */
  @property({ reflect: true, type: Number }) ply: number | null = null;
  /** The layer that is read: 0 is the embedding, L comes after L blocks. Null is the best. */
  @property({ reflect: true, type: Number }) layer: number | null = null;
  @property({ reflect: true, useDefault: true }) frame = 'mine-theirs';
  /** Squares about which the network's mind is changed: `d3:flip,e6:empty`. */
  @property(WORD) edits = '';
  /** Layers at which it is changed: `4,5`. */
  @property({ ...WORD, attribute: 'edit-layers' }) editLayers = '';
  /** How strongly, in lengths of the residual stream; null is what suits the probes. */
  @property({ reflect: true, type: Number }) scale: number | null = null;
  /** Random directions beside a changed belief, and whether each layer alone is tried (`on`, `off`); 64 and `on` unless this machine is slow. */
  @property({ reflect: true, type: Number }) directions: number | null = null;
  @property(WORD) sweep = '';
  /** Addresses of the model's folder and of its probes; the project's own where they are empty. `probes="none"` reads nothing. */
  @property(WORD) model = '';
  @property(WORD) probes = '';

  @state() game: OthelloGame | null = null;
  @state() view: View | null = null;
  @state() cursor = 19;
  @state() note = '';
  @state() draft = '';
  @state() guesses: ReadonlyMap<string, string> = new Map();
  @state() fit: LiveFit | null = null;
  @state() below: typeof import('./below.ts') | null = null;
  @state() openTables: ReadonlySet<string> = new Set();
  @state() chartWidth = MOST_CHART_PX;
  @state() private spoken = '';

  #model: Model | null = null;
  #probes: ProbesDescription | null = null;
  #cache: Cache = { key: '', report: null, sweep: [] };
  #following: AbortController | null = null;
  #followed: Promise<void> = Promise.resolve();
  #fitting: AbortController | null = null;
  #speak = 0;
  readonly #actions = new Actions(this, { about: words.about }, FRAME_HEIGHT_PX);
  readonly #measure = new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width > 0) this.chartWidth = Math.min(MOST_CHART_PX, width);
  });

  constructor() {
    super();
    this.ply ??= FIRST?.ply ?? null;
  }

  /** For links, which name attributes. */
  get 'edit-layers'(): string {
    return this.editLayers;
  }

  get modelAddress(): string {
    return this.model === '' ? shipped('othello') : new URL(this.model, document.baseURI).href;
  }

  get probesAddress(): string | null {
    if (this.probes === 'none' || (this.probes === '' && this.model !== '')) return null;
    return this.probes === '' ? shipped('othello-probes') : new URL(this.probes, document.baseURI).href;
  }

  /** The ply on the board. */
  get shownPly(): number {
    return this.game ? place(this.ply, this.game.plies.length - 1) : 0;
  }

  showsPart(part: 'controls' | 'lesson'): boolean {
    return !this.hides(part);
  }

  words(which: 'reading' | 'moves' | 'best'): string {
    if (!this.view) return '';
    return which === 'reading' ? reading(this.view) : which === 'moves' ? expects(this.view) : expectsMost(this.view);
  }

  protected override async load(signal: AbortSignal, report: (progress: Progress) => void): Promise<void> {
    const below = import('./below.ts').then((parts) => (this.below = parts));
    below.catch(() => {}); // awaited with the model
    // The rules need no network: the board stands before it comes, and if it never does.
    this.#show(await replay(this.transcript, signal));
    const model = await loadModel(this.modelAddress, { backend: this.backend as 'auto', signal, onProgress: report });
    try {
      const address = this.probesAddress;
      this.#probes = address === null ? null : await model.attachProbes(address, { signal });
      await below;
      signal.throwIfAborted();
    } catch (error) {
      model.dispose();
      throw error;
    }
    this.#model = model;
    model.onBackendChange = (backend) => this.#moved(backend);
  }

  protected override unload(): void {
    this.stopFit();
    this.#following?.abort();
    this.#model?.dispose();
    this.#model = this.#probes = this.view = null;
    this.#cache = { key: '', report: null, sweep: [] };
  }

  protected override async compute(signal: AbortSignal): Promise<() => void> {
    const model = this.#model;
    if (!model) throw new Error('The model was given back while it was needed.');
    const view = await ask(model, this.#probes, this.#settings(), this.#cache, signal);
    return () => {
      this.#show(view.game);
      this.view = view;
      this.computedOn = (view.report?.backend ?? model.backend).kind;
      this.#say(this.below?.wholePicture(view) ?? '');
      this.#follow(model, view);
    };
  }

  /** Each layer alone comes after the first picture. */
  #follow(model: Model, view: View): void {
    this.#following?.abort();
    const { signal } = (this.#following = new AbortController());
    const followed = this.below?.follow(model, view, this.#cache, signal, (next) => (this.view = next));
    this.#followed = Promise.resolve(followed).catch((error: unknown) => {
      if (!signal.aborted) this.note = messageOf(error);
    });
  }

  /** The sizes that were used go along: the same numbers on another machine. */
  override linkedState(): Map<string, string> {
    return new Map([...super.linkedState(), ...usedSizes(this.view)]);
  }

  /** What cannot be played stays in the field, to be mended. */
  #show(game: OthelloGame): void {
    const other = game.transcript !== this.game?.transcript || game.refused?.start !== this.game?.refused?.start;
    this.game = game;
    if (other) this.draft = game.refused ? this.transcript : game.transcript;
  }

  #settings(): Settings {
    const { transcript, ply, layer, frame, edits, editLayers, scale, directions, sweep, seed } = this;
    return { transcript, ply, layer, frame, edits, editLayers, scale, directions, sweep, seed };
  }

  #moved(backend: BackendReport): void {
    this.computedOn = backend.kind;
    this.requestUpdate();
  }

  /** Says something once it has stood still. */
  #say(text: string, wait = SPEAK_MS): void {
    clearTimeout(this.#speak);
    this.#speak = window.setTimeout(() => (this.spoken = text), wait);
  }

  // What readers do. Each changes attributes; the rest follows from them.

  /** Plays a square at the shown position; what came after it is dropped. */
  async play(square: number): Promise<void> {
    const { game, shownPly } = this;
    if (!game) return;
    const move = squareName(square);
    if (!plyAt(game, shownPly).legal.includes(square)) {
      const before = game.plies.slice(1, shownPly + 1).map((ply) => ply.move).join('');
      const { refused } = await replay(before + move);
      this.note = refused ? `${refused.move}: ${refused.reason}.` : '';
      this.#say(this.note, 0);
      return;
    }
    const before = game.plies.slice(1, shownPly + 1).map((ply) => ply.move).join('');
    await this.#start(before + move, null);
  }

  undo(): void {
    const { game, shownPly } = this;
    if (game && shownPly > 0) void this.#start(game.plies.slice(1, shownPly).map((ply) => ply.move).join(''), null);
  }

  goTo(ply: number): void {
    const last = (this.game?.plies.length ?? 1) - 1;
    if (ply < 0 || ply > last) return;
    Object.assign(this, { ply: ply === last ? null : ply, edits: '', note: '' });
  }

  open({ transcript, ply, frame = 'mine-theirs', edits = '' }: Entry): void {
    void this.#start(transcript, ply ?? null, { frame, edits });
  }

  shows({ transcript, ply, frame = 'mine-theirs', edits = '' }: Entry): boolean {
    return this.transcript === transcript && this.ply === (ply ?? null) && this.frame === frame && this.edits === edits;
  }

  paste(): void {
    void this.#start(this.draft, null);
  }

  async drawRandom(): Promise<void> {
    const seed = this.seed + 1;
    const transcript = await randomGame(seed, 60);
    await this.#start(transcript, Math.min(24, transcript.length / 2), { seed });
  }

  /** The board follows at once; the network a moment later. */
  async #start(transcript: string, ply: number | null, more: Partial<Record<'frame' | 'edits' | 'seed', string | number>> = {}): Promise<void> {
    Object.assign(this, { edits: '', note: '', guesses: new Map(), ...more, transcript, ply });
    const game = await replay(transcript);
    if (this.transcript !== transcript) return;
    this.#show(game);
  }

  point(square: number): void {
    this.cursor = square;
    const { game, view } = this;
    if (game) this.#say(squareWords(view, game, this.shownPly, square), 0);
  }

  /** A disc changes its owner, then vanishes, then is as it was; an empty square becomes mine, then theirs. */
  cycleEdit(square: number): void {
    const { view } = this;
    if (!view) return;
    const order: readonly (BoardEdit['how'] | null)[] = plyAt(view.game, view.ply).board[square] ? [null, 'flip', 'empty'] : [null, 'mine', 'theirs'];
    const now = view.edits.find((edit) => edit.square === square)?.how ?? null;
    this.edit(square, order[(order.indexOf(now) + 1) % order.length] ?? null);
  }

  /** Changes the network's mind about a square, or takes the change back. */
  edit(square: number, how: BoardEdit['how'] | null): void {
    const others = parseEdits(this.edits).filter((edit) => edit.square !== square);
    this.edits = formatEdits(how === null ? others : [...others, { square, how }].sort((a, b) => a.square - b.square));
    this.#say(how === null ? t`${squareName(square)} as it is` : `${squareName(square)} ${HOW_SPOKEN[how]}`, 0);
  }

  toggleEditLayer(layer: number): void {
    const layers = this.view?.editLayers ?? [];
    const chosen = layers.includes(layer) ? layers.filter((other) => other !== layer) : [...layers, layer].sort((a, b) => a - b);
    if (chosen.length > 0) this.editLayers = chosen.join(',');
  }

  frameKey(event: KeyboardEvent): void {
    if (!/^Arrow/.test(event.key)) return;
    event.preventDefault();
    this.frame = FRAMES.find((frame) => frame !== this.frame) ?? this.frame;
    (event.currentTarget as Element).querySelector<HTMLElement>(`[data-frame=${this.frame}]`)?.focus();
  }

  predict(question: string, choice: string): void {
    this.guesses = new Map(this.guesses).set(question, choice);
    const example = this.view && exampleEdit(this.view);
    if (question === 'belief' && this.edits === '' && example !== null) this.edit(example, 'flip');
  }

  async startFit(): Promise<void> {
    const { view } = this;
    const model = this.#model;
    if (!view || !model) return;
    this.stopFit();
    const controller = new AbortController();
    this.#fitting = controller;
    const { layer, frame, seed } = view;
    const steps: ProbeFit[] = [];
    const show = (more: Partial<LiveFit> = {}) => {
      if (this.#fitting === controller) this.fit = { layer, frame, seed, history: [...steps], running: true, error: '', ...more };
    };
    show();
    try {
      await model.fitProbe({ layer, frame, seed, games: FIT_GAMES, shuffledLabels: true, untrained: true, signal: controller.signal, onStep: (step) => (steps.push(step), show()) });
      show({ running: false });
    } catch (error) {
      show({ running: false, error: codeOf(error, 'internal') === 'aborted' ? '' : messageOf(error) });
    }
  }

  stopFit(): void {
    this.#fitting?.abort();
    this.#fitting = null;
    if (this.fit?.running) this.fit = { ...this.fit, running: false };
  }

  toggleTable(name: string, open: boolean): void {
    if (this.openTables.has(name) === open) return;
    const tables = new Set(this.openTables);
    if (open) tables.add(name);
    else tables.delete(name);
    this.openTables = tables;
  }

  // What readers take along.

  override async exportData(): Promise<object> {
    const { view, model } = await this.#answer();
    const { data } = await import('./take-away.ts');
    return data(view, model, this.modelAddress, this.probesAddress, this.fit);
  }

  override async exportTables(): Promise<Table[]> {
    const { view } = await this.#answer();
    const { tables } = await import('./take-away.ts');
    return tables(view, this.fit);
  }

  override async exportPython(): Promise<string> {
    const { view } = await this.#answer();
    const { python } = await import('./python.ts');
    return python(view, this.modelAddress, this.probesAddress);
  }

  override async exportImage(format: 'svg' | 'png'): Promise<Blob> {
    const { view, model } = await this.#answer();
    const { wholeImage } = await import('./picture.ts');
    const svg = new Blob([wholeImage(view, model.backend, t`${this.modelAddress} · seed ${this.seed}`)], { type: 'image/svg+xml' });
    return format === 'svg' ? svg : rasterise(svg);
  }

  async #answer(): Promise<{ view: View; model: Model }> {
    await this.ready;
    await this.#followed;
    if (!this.view || !this.#model) throw new Error('There is nothing to export yet.');
    return { view: this.view, model: this.#model };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#speak);
    this.#measure.disconnect();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const stage = this.renderRoot.querySelector('.measure');
    if (stage) this.#measure.observe(stage);
  }

  protected override render(): TemplateResult {
    const { view, game } = this;
    return html`<section class="frame" part="frame" lang=${language} dir=${direction} aria-label=${words.about} aria-busy=${this.status === 'loading'}>
      ${this.showsPart('controls') ? controls(this) : nothing}
      ${this.failure ? html`${failureNote(this.failure, () => this.retry())}${view ? nothing : html`<p class="small missing">${words.missing}</p>`}` : nothing}
      <div class="headline">${view ? reading(view) : game && this.failure ? nothing : loadingVeil(this.status, this.progress)}</div>
      ${boards(this)}
      <section class="part" aria-labelledby="worth-title"><h3 id="worth-title">${t`What is that worth? The same board from less`}</h3>${controlBoards(this)}</section>
      <div class="measure"></div>
      ${this.below?.parts(this)}
      <div class="foot">
        ${numerics(view?.report?.backend ?? this.#model?.backend ?? null, this.#model?.config ?? null)}
        ${this.#actions.render()}
      </div>
      <p class="spoken" role="status" aria-live="polite">${this.spoken}</p>
    </section>`;
  }
}

if (!customElements.get('glass-othello')) customElements.define('glass-othello', GlassOthello);

declare global {
  interface HTMLElementTagNameMap {
    'glass-othello': GlassOthello;
  }
}
