/** `<glass-superposition>`: toy models that store more features than they have dimensions, trained while one looks. */
import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { GlasshouseError, codeOf, messageOf } from '../../api/error.ts';
import { client } from '../../api/load_model.ts';
import { Actions } from '../../base/actions.ts';
import { rasterise } from '../../base/image.ts';
import { computed, failureNote, loadingVeil } from '../../base/notes.ts';
import { GlassWidget, type Table } from '../../base/widget.ts';
import { direction, language, t } from '../../words/words.ts';
import type { Interference } from '../../engine/superposition.d.ts';
import type { Controls } from '../../engine/toy-protocol.ts';
import { Toy } from '../../engine/toy.ts';
import { exactPhase, gramOf, interferenceOf, controlsOf, type Effects } from './ask.ts';
import { parseOn } from './interference.ts';
import type { Guess } from './predict.ts';
import { BOUNDS, foreseen, planOf, type Plan } from './settings.ts';
import { words } from './strings.ts';
import { Sight } from './sight.ts';
import { drawersOf, type Drawers } from './stages.ts';
import { SuperpositionState } from './state.ts';
import { styles } from './styles.css.ts';
import { Training } from './training.ts';
import { best, type Exact, type Shot } from './view.ts';
import { controls } from './parts/controls.ts';
import { player } from './parts/player.ts';

const FRAME_HEIGHT_PX = 1700;
const SPEAK_MS = 900;
/** With reduced motion the picture is drawn anew this often. */
const STILL_MS = 1500;

export class GlassSuperposition extends SuperpositionState {
  static override styles: CSSResultGroup = [GlassWidget.styles, styles];

  @state() gram: Float32Array | null = null;
  @state() effects: Effects | null = null;
  /** The same with the first feature alone. */
  @state() alone: Interference | null = null;
  @state() width = 640;
  @state() notice = '';
  @state() private spoken = '';

  readonly training = new Training({
    moved: () => this.#moved(),
    turned: (running) => this.#turned(running),
    failed: (error) => this.#broke(error),
  });

  #toy: Toy | null = null;
  #drawers: Drawers | null = null;
  /** What the models in the worker are trained on, and what the plan that is drawn says. */
  #key = '';
  #drawnKey = '';
  #controls: Controls | null = null;
  #exact: Exact | null = null;
  /** Ends when it is trained as far as a link says; null where it is. */
  #held: Promise<unknown> | null = null;
  #shown = 0;
  #frame = 0;
  #drawnAt = 0;
  #speak = 0;
  #asked: object | null = null;
  /** Ends when the numbers that only one view shows are there. */
  #followed: Promise<void> = Promise.resolve();
  readonly #actions = new Actions(this, words, FRAME_HEIGHT_PX);
  protected readonly sight = new Sight(this, (hidden) => this.training.sleep(hidden));
  readonly #measure = new ResizeObserver(([entry]) => {
    if (entry && entry.contentRect.width > 0) this.width = Math.round(entry.contentRect.width);
  });

  /** Resolved once the picture stands; where a link says how far it was trained, once it is trained so far. */
  override get ready(): Promise<void> {
    return super.ready.then(async () => {
      // Who waits for it is served off screen, too.
      if (this.#held) this.training.sleep(false);
      await this.#held;
      if (this.failure) throw Object.assign(new Error(this.failure.message), { code: this.failure.code });
    });
  }

  /** The instance in the large picture. */
  get chosen(): number {
    const count = this.shot?.report.instances.length ?? 1;
    return Math.min(count - 1, Math.max(0, Math.round(this.instance ?? this.#shown)));
  }

  /** The features of the interference view, `[feature]`. */
  get inputVector(): number[] {
    const { nFeatures, task } = this.plan?.settings ?? { nFeatures: 1, task: 'reconstruct' };
    return parseOn(this.on === '' ? '1' : this.on === 'none' ? '' : this.on, nFeatures, task === 'absolute' ? -1 : 0);
  }

  showsPart(part: 'controls' | 'lesson'): boolean {
    return !this.hides(part);
  }

  // What programs and readers do.

  /**
   * Trains `steps` further steps (what is left of `steps`, where none are given). Resolves with the step that was reached:
   * fewer where it was paused or reset meanwhile.
   */
  async train(steps?: number): Promise<number> {
    if (steps !== undefined && !(steps >= 0)) throw new GlasshouseError('bad-input', 'train takes a number of steps.');
    await this.ready;
    this.training.sleep(false);
    const wanted = Math.min(BOUNDS.steps.most, Math.round(steps ?? this.#left()));
    const from = this.training.running && this.training.explicit ? this.training.goal : this.training.step;
    this.going = true;
    return this.training.run(from + wanted, true);
  }

  /** Stops training where it is; `train` goes on from there. */
  pause(): void {
    this.going = false;
    this.training.pause();
  }

  /** Back to step 0, with the same seed. */
  async reset(): Promise<void> {
    this.going = false;
    this.step = null;
    this.guess = null;
    this.#key = '';
    this.invalidate();
    await this.ready;
  }

  play(): void {
    this.going = true;
    this.training.sleep(false);
    void this.training.run(this.training.step + this.#left());
  }

  override takeGuess(guess: Guess): void {
    guess.prompt.act(this);
    this.guess = guess;
  }

  single(): void {
    this.going = false;
    void this.training.run(this.training.step + 1);
  }

  #left(): number {
    const steps = this.plan?.steps ?? 0;
    return this.training.step < steps ? steps - this.training.step : steps;
  }

  // How pictures come about.

  protected override load(): Promise<void> {
    return Promise.resolve();
  }

  protected override unload(): void {
    this.training.attach(null);
    this.#toy?.close();
    this.#toy = null;
    this.#key = '';
  }

  protected override async compute(signal: AbortSignal): Promise<() => void> {
    const plan = await (await import('./suited.ts')).suited(this, this.#planned());
    const key = JSON.stringify([plan.settings, plan.grid], (_, value: unknown) => (ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value));
    const [drawers] = await Promise.all([
      this.#drawers?.view === plan.view ? this.#drawers : drawersOf(plan.view),
      key !== this.#key || !this.#toy ? this.#open(plan, key, signal) : null,
    ]);
    return () => {
      this.plan = plan;
      this.#drawers = drawers;
      this.#drawnKey = key;
      this.#begin();
    };
  }

  #planned(): Plan {
    try {
      const plan = planOf(this);
      if (plan.view === 'interference') parseOn(this.on === 'none' ? '' : this.on, plan.settings.nFeatures, -1);
      if (this.instance !== null && Number.isNaN(this.instance)) throw new GlasshouseError('bad-input', 'instance is no number.');
      return plan;
    } catch (error) {
      this.training.pause();
      throw error;
    }
  }

  async #open(plan: Plan, key: string, signal: AbortSignal): Promise<void> {
    this.unload();
    const toy = await Toy.open(client, plan.settings, this.backend as 'auto', signal);
    if (signal.aborted) {
      toy.close();
      signal.throwIfAborted();
    }
    this.#toy = toy;
    const [untrained, controls] = await Promise.all([toy.report(), controlsOf(client, plan, signal)]);
    this.#controls = controls;
    this.#exact = null;
    this.#key = key;
    this.training.attach(toy, plan.grid !== null, untrained);
    this.#untrained = untrained;
    this.#search = plan.grid ? this.#findExact(plan, key, signal) : Promise.resolve();
  }

  #untrained: Shot['untrained'] | null = null;
  /** Ends when the best model of every cell is known. */
  #search: Promise<void> = Promise.resolve();

  /** The best models are found beside the training, a part of the grid at a time. */
  async #findExact(plan: Plan, key: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const exact of exactPhase(client, plan, signal)) {
        if (this.#key !== key) return;
        this.#exact = exact;
        if (exact.outcome.length === (plan.grid?.size ?? 0) ** 2) this.#take();
      }
    } catch (error) {
      if (!signal.aborted) this.#broke(error);
    }
  }

  #begin(): void {
    this.computedOn = this.#toy?.description.backend.kind ?? null;
    if (this.view === '' && this.plan) this.view = this.plan.view;
    this.notice = [...(this.plan?.changes ?? []).map(({ said }) => said), ...(this.#toy?.description.notes ?? [])].join(' ');
    this.#take();
    const { step, running } = this.training;
    const linked = this.step !== null && Number.isFinite(this.step) ? Math.min(BOUNDS.steps.most, Math.max(0, Math.round(this.step))) : 0;
    if (step < linked) {
      const held = this.#soon(linked).finally(() => { if (this.#held === held) this.#held = null; });
      this.#held = held;
    } else if (step === 0 && (this.going ?? this.autostart) && !running) void this.#soon(this.plan?.steps ?? 0);
    else if (running) void this.updateComplete.then(() => (this.status = this.training.running ? 'running' : this.status));
    else this.#say();
  }

  /** Trains once the picture stands, if it is still wanted then. */
  async #soon(goal: number): Promise<void> {
    const toy = this.#toy;
    await this.updateComplete;
    if (toy && toy === this.#toy) await this.training.run(goal);
  }

  /** What is drawn, from what training has come to. */
  #take(): void {
    const { slice, losses, report, step, history } = this.training;
    if (!this.plan || this.#drawnKey !== this.#key || !this.#toy || !this.#controls || !report || !this.#untrained) return;
    this.#shown = this.plan.grid ? 0 : best(report.instances, step === 0 ? 0 : step < this.training.goal ? this.#shown : null);
    this.shot = {
      plan: this.plan, description: this.#toy.description, step, slice, losses, report, untrained: this.#untrained, controls: this.#controls, exact: this.#exact, history,
    };
    this.#followed = this.#follow();
  }

  /** The numbers that only one view shows. */
  async #follow(): Promise<void> {
    const { shot } = this;
    if (!shot) return;
    const question = {};
    this.#asked = question;
    try {
      if (shot.plan.view === 'interference') {
        const { on } = this;
        const first = this.inputVector.map((_, feature) => (feature === 0 ? 1 : 0));
        const before = { ...shot, slice: null, report: shot.untrained };
        const ask = (moment: Shot, x: number[]) => interferenceOf(client, moment, this.chosen, x);
        const [effects, untrained, alone] = await Promise.all([ask(shot, this.inputVector), ask(before, this.inputVector), ask(shot, first)]);
        if (this.#asked === question) Object.assign(this, { effects: { ...effects, on, untrained }, alone });
      } else if (shot.plan.view === 'geometry' && (shot.plan.settings.nHidden > 3 && shot.plan.settings.tied)) {
        const gram = await gramOf(client, shot, this.chosen);
        if (this.#asked === question) this.gram = gram;
      }
    } catch (error) {
      if (this.isConnected && this.#asked === question && codeOf(error, 'internal') !== 'aborted') this.#broke(error);
    }
  }

  #moved(): void {
    this.emit('glass-progress', { step: this.training.step, steps: this.training.goal });
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      if (still && this.training.running && performance.now() - this.#drawnAt < STILL_MS) return;
      this.#drawnAt = performance.now();
      this.#take();
    });
  }

  #turned(running: boolean): void {
    if (running) this.status = 'running';
    if (running || this.status === 'error' || !this.#toy) return;
    this.#take();
    this.status = 'ready';
    this.#say();
    if (this.drawn) this.emit('glass-change', { state: Object.fromEntries(this.linkedState()), backend: this.computedOn });
  }

  #broke(error: unknown): void {
    if (!this.isConnected) return;
    this.failure = { code: codeOf(error, 'internal'), message: messageOf(error) };
    this.#key = '';
    this.status = 'error';
    this.emit('glass-error', this.failure);
  }

  /** Says the picture once it has stood still. */
  #say(): void {
    clearTimeout(this.#speak);
    this.#speak = window.setTimeout(() => void this.#followed.then(() => (this.spoken = (this.shot && this.#drawers?.spoken(this, this.shot)) ?? '')), SPEAK_MS);
  }

  override async exportData(): Promise<object> {
    const [shot, { data }] = await Promise.all([this.#measured(), import('./take-away.ts')]);
    return data(shot, this.chosen, this.effects, this.inputVector);
  }

  override async exportTables(): Promise<Table[]> {
    const [shot, { tables }] = await Promise.all([this.#measured(), import('./take-away.ts')]);
    return tables(shot, this.chosen, this.effects, this.inputVector);
  }

  override async exportPython(): Promise<string> {
    await this.ready;
    if (!this.shot) throw new Error('There is nothing to export yet.');
    const { python } = await import('./python.ts');
    return python(this.shot, this.chosen);
  }

  override async exportImage(format: 'svg' | 'png'): Promise<Blob> {
    const [shot, { picture }] = await Promise.all([this.#measured(), import('./picture.ts')]);
    const svg = new Blob([picture(shot, this)], { type: 'image/svg+xml' });
    return format === 'svg' ? svg : rasterise(svg);
  }

  /** The picture of this moment, every instance measured where it stands. */
  async #measured(): Promise<Shot> {
    await this.ready;
    if (await this.training.measure()) this.#take();
    await this.#search;
    await this.#follow();
    if (!this.shot) throw new Error('There is nothing to export yet.');
    return this.shot;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#measure.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    clearTimeout(this.#speak);
  }

  /** The cell of the phase diagram is drawn anew wherever it moves, so that its words are read: focus moves along. */
  #inGrid = false;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.plan ??= foreseen(this);
    this.#inGrid = (this.renderRoot as ShadowRoot | undefined)?.activeElement?.classList.contains('cell') ?? false;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const field = this.renderRoot.querySelector('.field');
    if (field) this.#measure.observe(field);
    this.#drawers?.paint(this);
    if (this.#inGrid) this.renderRoot.querySelector<HTMLElement>('.cell')?.focus({ preventScroll: true });
  }

  protected override render(): TemplateResult {
    const [{ shot }, drawers] = [this, this.#drawers];
    return html`<section class="frame" part="frame" lang=${language} dir=${direction} aria-label=${words.about} aria-busy=${this.status === 'loading'}>
      ${this.showsPart('controls') ? controls(this) : nothing}
      ${player(this)}
      <p class="notice small" role="status" ?hidden=${this.notice === ''}>${this.notice}</p>
      ${this.failure ? failureNote(this.failure, () => this.retry()) : nothing}
      <div class="stage" data-view=${this.plan?.view ?? 'geometry'}>
        ${shot && drawers ? drawers.stage(this, shot) : loadingVeil(this.status, this.progress, t`the engine`)}
      </div>
      ${drawers && this.showsPart('lesson') ? drawers.lesson(this) : nothing}
      <div class="foot">
        ${computed(shot?.description.backend ?? null, shot ? `${words.numerics} ${t`Seed ${shot.plan.seed}.`}` : '')}
        ${this.#actions.render()}
      </div>
      <p class="spoken" role="status" aria-live="polite">${this.spoken}</p>
    </section>`;
  }
}

if (!customElements.get('glass-superposition')) customElements.define('glass-superposition', GlassSuperposition);

declare global {
  interface HTMLElementTagNameMap {
    'glass-superposition': GlassSuperposition;
  }
}
