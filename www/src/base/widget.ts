/** What every Glasshouse element has in common: when it loads, when it computes, what it tells the page, how it is linked to. */
import { LitElement, type CSSResultGroup, type PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import { codeOf, messageOf } from '../api/error.ts';
import { refuseOther } from '../api/nearest.ts';
import type { BackendReport, Progress } from '../api/glasshouse.d.ts';
import { frame } from './frame.css.ts';
import { theme } from './theme.css.ts';
import { decodeState, encodeState } from './url-state.ts';

export type Status = 'idle' | 'loading' | 'ready' | 'running' | 'error';

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A table that can be downloaded: one row per line, the first row names the columns. */
export interface Table {
  readonly name: string;
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A property whose attribute is absent while it is empty. */
export const WORD = { reflect: true, useDefault: true, converter: { toAttribute: (value: string) => (value === '' ? null : value) } };

const HIDDEN_PARTS = ['controls', 'lesson'] as const;
export type HiddenPart = (typeof HIDDEN_PARTS)[number];

/**
 * Attributes mirror properties and are the state. Reading `ready` or `exportData()` computes even off screen;
 * otherwise an element loads when it comes near the window and rests while it is away from it.
 */
export abstract class GlassWidget extends LitElement {
  static override styles: CSSResultGroup = [theme, frame];

  /** Attributes that a link carries; each has a property of the same name. */
  protected abstract readonly linked: readonly string[];
  /** Properties that need other files when they change. */
  protected abstract readonly sources: readonly string[];
  /** Properties that need another computation when they change. */
  protected abstract readonly inputs: readonly string[];

  @property({ reflect: true }) status: Status = 'idle';
  @property({ reflect: true, attribute: 'data-backend' }) computedOn: BackendReport['kind'] | null = null;
  @property({ reflect: true, useDefault: true }) backend = 'auto';
  @property({ reflect: true, useDefault: true, type: Number }) seed = 1;
  @property(WORD) hide = '';
  @property({ reflect: true, useDefault: true }) theme = 'auto';

  @state() protected failure: Failure | null = null;
  @state() protected progress: Progress | null = null;
  /** Whether a first picture stands. */
  @state() protected drawn = false;

  #life = new AbortController();
  #loaded = false;
  #stale = true;
  #near = false;
  #wanted = false;
  #working: Promise<void> | null = null;
  /** The state that listeners were told of last. */
  #told = '';
  #connected = gate();
  #observer: IntersectionObserver | null = null;

  constructor() {
    super();
    this.addEventListener('focusin', () => void import('./keep-focus.ts').then(({ keepFocus }) => keepFocus(this.renderRoot as ShadowRoot)), { once: true });
  }

  /** Fetches models. `signal` fires when the element leaves the page or its sources change. */
  protected abstract load(signal: AbortSignal, report: (progress: Progress) => void): Promise<void>;
  /** Gives back what `load` took. */
  protected abstract unload(): void;
  /** Computes for the state of this moment; the returned function draws the answer, and is not called if it came too late. */
  protected abstract compute(signal: AbortSignal): Promise<() => void>;
  /** Every number that is shown, as plain JSON. */
  abstract exportData(): Promise<object>;
  /** The picture as a file. */
  abstract exportImage(format: 'svg' | 'png'): Promise<Blob>;
  /** What the *Download* menu offers as CSV. */
  abstract exportTables(): Promise<Table[]>;
  /** A program that computes the same numbers with the field's own tools. */
  abstract exportPython(): Promise<string>;

  /** Resolved once what is shown answers the present state; rejected with a coded error if it cannot be computed. */
  get ready(): Promise<void> {
    return this.#settle();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#life.signal.aborted) this.#life = new AbortController();
    this.#connected.resolve();
    this.#restore();
    window.addEventListener('hashchange', this.#restore);
    this.#observer ??= new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: '50% 0px' });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#restore);
    this.#observer?.disconnect();
    this.#near = false;
    this.#connected = gate();
    // A move within the page disconnects and connects in one turn: only what stays away is ended.
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.sources.some((name) => changed.has(name)) && this.hasUpdated) this.#end();
    if (this.inputs.some((name) => changed.has(name))) this.invalidate();
  }

  /** Asks for a new computation. */
  protected invalidate(): void {
    this.#stale = true;
    void this.#wake();
  }

  /** Forgets an error and tries again. */
  retry(): void {
    this.failure = null;
    this.#wanted = true;
    this.invalidate();
  }

  protected hides(part: HiddenPart): boolean {
    return this.hide.split(/[\s,]+/).includes(part);
  }

  /** This page's address with the state of this element in it. */
  shareLink(): string {
    const peers = [...document.querySelectorAll(this.localName)];
    const at = Math.max(0, peers.indexOf(this));
    return new URL(encodeState({ widget: this.localName, at, attributes: this.linkedState() }), location.href).href;
  }

  /** The state as attributes, defaults and seed included. */
  linkedState(): Map<string, string> {
    const values = this.linked.map((name) => [name, this[name as keyof this] as string | number | null] as const);
    return new Map(values.filter(([, value]) => value !== null && value !== '').map(([name, value]) => [name, String(value)]));
  }

  protected emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** A linked state applies to the element it names; attributes that it leaves out go back to their defaults. */
  readonly #restore = (): void => {
    const linked = decodeState(location.hash, this.localName);
    if (!linked || document.querySelectorAll(this.localName)[linked.at] !== this) return;
    for (const name of this.linked) {
      const value = linked.attributes.get(name);
      if (value === undefined) this.removeAttribute(name);
      else if (this.getAttribute(name) !== value) this.setAttribute(name, value);
    }
  };

  #seen(entries: readonly IntersectionObserverEntry[]): void {
    this.#near = entries.at(-1)?.isIntersecting ?? false;
    void this.#wake();
  }

  #end(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#loaded = false;
    this.#stale = true;
    this.unload();
    if (this.status !== 'error') this.status = 'idle';
  }

  async #settle(): Promise<void> {
    for (;;) {
      await this.#connected.promise;
      await this.updateComplete;
      if (this.isConnected && !this.#stale && !this.#working) break;
      this.#wanted = true;
      await this.#wake();
    }
    if (this.failure) throw Object.assign(new Error(this.failure.message), { code: this.failure.code });
  }

  #wake(): Promise<void> {
    this.#working ??= Promise.resolve()
      .then(() => this.#work())
      .finally(() => {
        this.#working = null;
        if (this.#stale && this.#mayWork) void this.#wake();
      });
    return this.#working;
  }

  get #mayWork(): boolean {
    return this.isConnected && this.hasUpdated && (this.#near || this.#wanted);
  }

  async #work(): Promise<void> {
    const { signal } = this.#life;
    try {
      await this.updateComplete;
      while (this.#stale && this.#mayWork && !signal.aborted) {
        this.#stale = false;
        this.#refuseUnknownWords();
        if (!this.#loaded) await this.#load(signal);
        this.status = 'running';
        const draw = await this.compute(signal);
        // A newer state waits already: this answer is dropped, not drawn.
        if (!this.#stale && !signal.aborted) await this.#draw(draw);
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    this.status = 'loading';
    await this.load(signal, (progress) => {
      if (signal.aborted) return;
      this.progress = progress;
      this.emit('glass-progress', progress);
    });
    signal.throwIfAborted();
    this.#loaded = true;
  }

  async #draw(draw: () => void): Promise<void> {
    draw();
    const first = !this.drawn;
    const state = Object.fromEntries(this.linkedState());
    // What the pointer previews is drawn, but it is no change of state.
    const changed = this.#told !== (this.#told = JSON.stringify(state));
    this.failure = null;
    this.drawn = true;
    this.#wanted = false;
    this.status = 'ready';
    await this.updateComplete;
    if (changed) this.emit(first ? 'glass-ready' : 'glass-change', { state, backend: this.computedOn });
  }

  #fail(error: unknown): void {
    this.failure = { code: codeOf(error, 'internal'), message: messageOf(error) };
    this.#wanted = false;
    this.status = 'error';
    this.emit('glass-error', this.failure);
  }

  #refuseUnknownWords(): void {
    refuseOther('backend', this.backend, ['auto', 'webgpu', 'cpu'] as const);
    refuseOther('theme', this.theme, ['auto', 'light', 'dark'] as const);
    for (const part of this.hide.split(/[\s,]+/)) if (part !== '') refuseOther('hide', part, HIDDEN_PARTS);
  }
}

interface Gate {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function gate(): Gate {
  let resolve = () => {};
  const promise = new Promise<void>((open) => (resolve = open));
  return { promise, resolve };
}
