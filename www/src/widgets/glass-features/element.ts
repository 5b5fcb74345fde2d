/** `<glass-features>`: a text taken apart into the features of a sparse autoencoder; each can be read, doubted and pushed. */
import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { codeOf, messageOf } from '../../api/error.ts';
import { loadModel } from '../../api/load_model.ts';
import type { BackendReport, Progress } from '../../api/glasshouse.d.ts';
import { Actions } from '../../base/actions.ts';
import { rasterise } from '../../base/image.ts';
import { failureNote, loadingVeil, numerics } from '../../base/notes.ts';
import { GlassWidget, WORD, type Table } from '../../base/widget.ts';
import { direction, language, t } from '../../words/words.ts';
import { fetchCards } from './cards.ts';
import { EXAMPLES } from './examples.ts';
import { shipped } from './places.ts';
import { ask, follow, Memory, search, strongestPosition, type Open } from './question.ts';
import type { Rival } from './rivals.ts';
import { headline } from './sentence.ts';
import { checkDictionary, type Settings } from './settings.ts';
import { words } from './strings.ts';
import { styles } from './styles.css.ts';
import type { Live } from './live.ts';
import { NOTHING_MORE, type Found, type More, type View } from './view.ts';
import { cardPart } from './parts/card.ts';
import { controls } from './parts/controls.ts';
import { tokensPart } from './parts/tokens.ts';

const FRAME_HEIGHT_PX = 2600;
const SPEAK_MS = 700;
const MOST_CHART_PX = 640;

export class GlassFeatures extends GlassWidget {
  static override styles: CSSResultGroup = [GlassWidget.styles, styles];

  protected readonly linked = ['text', 'position', 'feature', 'how', 'amount', 'temperature', 'directions', 'passages', 'search', 'compare', 'dictionary', 'model', 'sae', 'backend', 'seed', 'hide', 'theme'];
  protected readonly sources = ['model', 'dictionary', 'sae', 'backend'];
  protected readonly inputs = ['text', 'position', 'feature', 'how', 'amount', 'temperature', 'directions', 'passages', 'dictionary', 'model', 'sae', 'backend', 'seed', 'hide', 'theme'];

  @property({ reflect: true }) text = EXAMPLES[0]?.text ?? '';
  /** The token that is looked at; null is the last, negative ones count from the end. */
  @property({ reflect: true, type: Number }) position: number | null = null;
  /** Null is the strongest at the token. */
  @property({ reflect: true, type: Number }) feature: number | null = null;
  /** `clamp` holds the feature at `amount`, `scale` multiplies it by `amount`. */
  @property({ reflect: true, useDefault: true }) how = 'clamp';
  /** Null is four times the largest activation, or the factor 0. */
  @property({ reflect: true, type: Number }) amount: number | null = null;
  @property({ reflect: true, useDefault: true, type: Number }) temperature = 0.8;
  /** Random directions beside the feature, and held-out passages behind the damage; null is 50 and 16, fewer where this machine is slow. */
  @property({ reflect: true, type: Number }) directions: number | null = null;
  @property({ reflect: true, type: Number }) passages: number | null = null;
  /** A token to look features up by. */
  @property(WORD) search = '';
  /** `on` fetches the cards of the random dictionary and of the untrained network. */
  @property(WORD) compare = '';
  /** `x4` or `x16`: features per neuron. */
  @property({ reflect: true, useDefault: true }) dictionary = 'x4';
  /** Addresses of folders; the project's own where they are empty. */
  @property(WORD) model = '';
  @property(WORD) sae = '';

  @state() view: View | null = null;
  @state() more: More = NOTHING_MORE;
  @state() found: Found | null = null;
  @state() note = '';
  @state() doubt: ((view: View) => TemplateResult) | null = null;
  @state() fetching = false;
  @state() refused = '';
  @state() private below: typeof import('./below.ts') | null = null;
  rivals: readonly Rival[] = [];
  @state() guess: string | null = null;
  @state() live: { readonly training: Live; readonly panel: () => TemplateResult } | null = null;
  @state() openTables: ReadonlySet<string> = new Set();
  @state() chartWidth = MOST_CHART_PX;
  @state() private spoken = '';

  #open: Open | null = null;
  #memory = new Memory();
  #following: AbortController | null = null;
  #followed: Promise<void> = Promise.resolve();
  #speak = 0;
  readonly #actions = new Actions(this, { about: words.about }, FRAME_HEIGHT_PX);
  readonly #measure = new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width > 0) this.chartWidth = Math.min(MOST_CHART_PX, width);
  });

  get modelAddress(): string {
    return this.model === '' ? shipped('stories') : new URL(this.model, document.baseURI).href;
  }

  get saeAddress(): string {
    return this.sae === '' ? shipped(`stories-sae-${this.dictionary}`) : new URL(this.sae, document.baseURI).href;
  }

  showsPart(part: 'controls' | 'lesson'): boolean {
    return !this.hides(part);
  }

  protected override async load(signal: AbortSignal, report: (progress: Progress) => void): Promise<void> {
    const below = import('./below.ts').then((parts) => (this.below = parts));
    below.catch(() => {}); // awaited with the model
    if (this.sae === '') checkDictionary(this.dictionary);
    const address = this.saeAddress;
    const model = await loadModel(this.modelAddress, { backend: this.backend as 'auto', signal, onProgress: report });
    try {
      const sae = await model.attachSae(address, { errorTerm: true, signal, onProgress: report });
      const cards = await fetchCards(address, sae.config.d_sae, signal);
      await below;
      this.#open = { model, sae, cards };
      this.#memory = new Memory();
    } catch (error) {
      model.dispose();
      throw error;
    }
    model.onBackendChange = (backend) => this.#moved(backend);
  }

  protected override unload(): void {
    this.#following?.abort();
    this.#open?.model.dispose();
    for (const rival of this.rivals) rival.close();
    this.rivals = [];
    this.live?.training.close();
    this.live = null;
    this.#open = this.view = this.doubt = this.found = null;
    this.more = NOTHING_MORE;
  }

  protected override async compute(): Promise<() => void> {
    const open = this.#open;
    if (!open) throw new Error('The model was given back while it was needed.');
    this.#following?.abort();
    const view = await ask(open, this.#settings(), this.#memory);
    return () => {
      const same = this.view?.feature === view.feature;
      this.more = { ...NOTHING_MORE, sizes: this.more.sizes, ...(same && { ...this.more, error: '' }) };
      this.view = view;
      this.computedOn = view.backend.kind;
      this.#follow(open, view);
      if (this.search !== '' && this.found?.text !== this.search) void this.lookUp(this.search);
      if (this.compare !== '' && !this.doubt) void this.fetchRivals();
    };
  }

  /** Steering, neighbours and damage come after the first picture. */
  #follow(open: Open, view: View): void {
    const controller = new AbortController();
    this.#following = controller;
    this.#followed = follow(open, view, this.#settings(), this.#memory, controller.signal, (more) => {
      if (this.#following === controller) this.more = { ...this.more, ...more };
    }).then(
      () => this.#say(this.below?.wholePicture(view, this.more) ?? ''),
      (error: unknown) => {
        if (!controller.signal.aborted && codeOf(error, 'internal') !== 'aborted') this.more = { ...this.more, error: messageOf(error) };
      },
    );
  }

  #settings(): Settings {
    const { text, position, feature, how, amount, temperature, directions, passages, seed } = this;
    return { text, position, feature, how, amount, temperature, directions, passages, seed };
  }

  /** The sizes that were used go along: the same numbers on another machine. */
  override linkedState(): Map<string, string> {
    const state = super.linkedState();
    for (const [name, { used }] of Object.entries(this.more.sizes ?? {})) state.set(name, String(used));
    return state;
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

  type(text: string): void {
    Object.assign(this, { text, position: null, feature: null, amount: null });
  }

  pickToken(position: number): void {
    Object.assign(this, { position: position === (this.view?.tokens.length ?? 0) - 1 ? null : position, feature: null, amount: null });
  }

  /** Of a token of the text, or wherever the feature is strongest. */
  pick(feature: number, position: number | null = null): void {
    if (!this.view) return;
    Object.assign(this, { feature, position: position ?? strongestPosition(this.view, feature), amount: null });
  }

  switchHow(how: 'clamp' | 'scale'): void {
    Object.assign(this, { how, amount: null });
  }

  switchDictionary(dictionary: string): void {
    Object.assign(this, { dictionary, sae: '', feature: null, amount: null });
  }

  async lookUp(text: string): Promise<void> {
    this.search = text;
    this.note = '';
    const { view } = this;
    if (!this.#open || !view || text === '') {
      this.found = null;
      return;
    }
    try {
      const found = await search(this.#open, view, text);
      if (this.search !== text) return;
      this.found = found;
      this.note = found ? '' : t`The tokenizer makes no token of that.`;
    } catch (error) {
      if (codeOf(error, 'internal') !== 'aborted') this.note = messageOf(error);
    }
  }

  /** The cards of a random dictionary and of an untrained network, for a feature that fires about as often. */
  async fetchRivals(): Promise<void> {
    this.compare = 'on';
    const open = this.#open;
    if (!open || this.fetching) return;
    Object.assign(this, { fetching: true, refused: '' });
    try {
      const [{ fetchRivals }, { doubtPanel }] = await Promise.all([import('./rivals.ts'), import('./doubt.ts')]);
      const rivals = await fetchRivals(this.modelAddress, this.backend as 'auto', open);
      if (this.#open === open) {
        this.rivals = rivals;
        this.doubt = (view) => doubtPanel(this, view);
      } else for (const rival of rivals) rival.close();
    } catch (error) {
      Object.assign(this, { refused: messageOf(error), compare: '' });
    }
    this.fetching = false;
  }

  /** A dictionary of the reader's own; its code is fetched when it is wanted. */
  async openLive(): Promise<void> {
    const { Live, livePanel } = await import('./live.ts');
    const training = new Live(this);
    const go = () => {
      if (training.running) training.pause();
      else if (this.#open && this.view) void training.start(this.#open, this.view);
    };
    this.live = { training, panel: () => livePanel(training, this, go) };
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
    const [view, open] = await this.#answer();
    const { data } = await import('./take-away.ts');
    return { ...data(view, this.more, open.model, this.modelAddress, this.saeAddress), live: this.live?.training.data() ?? null };
  }

  override async exportTables(): Promise<Table[]> {
    const [view] = await this.#answer();
    const { tables } = await import('./take-away.ts');
    return [...tables(view, this.more), ...(this.live ? [this.live.training.table()] : [])];
  }

  override async exportPython(): Promise<string> {
    const [view] = await this.#answer();
    const { python } = await import('./python.ts');
    return python(view, this.modelAddress, this.saeAddress);
  }

  override async exportImage(format: 'svg' | 'png'): Promise<Blob> {
    const [view] = await this.#answer();
    const { wholeImage } = await import('./picture.ts');
    const svg = new Blob([wholeImage(view, this.more, t`${this.saeAddress} · seed ${this.seed}`)], { type: 'image/svg+xml' });
    return format === 'svg' ? svg : rasterise(svg);
  }

  /** The present view, with all that follows it. */
  async #answer(): Promise<[View, Open]> {
    await this.ready;
    await this.#followed;
    if (!this.view || !this.#open) throw new Error('There is nothing to export yet.');
    return [this.view, this.#open];
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
    const { view } = this;
    const config = this.#open?.model.config ?? null;
    return html`<section class="frame" part="frame" lang=${language} dir=${direction} aria-label=${words.about} aria-busy=${this.status === 'loading'}>
      ${this.showsPart('controls') ? controls(this) : nothing}
      ${this.failure ? failureNote(this.failure, () => this.retry()) : nothing}
      ${view || this.failure ? nothing : loadingVeil(this.status, this.progress)}
      ${view ? html`<p class="headline">${headline(view)}</p>
        ${tokensPart(this, view)} ${cardPart(this, view)}` : nothing}
      ${this.below?.parts(this)}
      <div class="measure"></div>
      <div class="foot">
        ${numerics(view?.backend ?? this.#open?.model.backend ?? null, config)}
        ${this.#actions.render()}
      </div>
      <p class="spoken" role="status" aria-live="polite">${this.spoken}</p>
    </section>`;
  }
}

if (!customElements.get('glass-features')) customElements.define('glass-features', GlassFeatures);

declare global {
  interface HTMLElementTagNameMap {
    'glass-features': GlassFeatures;
  }
}
