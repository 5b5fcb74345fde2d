import { GlasshouseError, aborted, untilAborted } from '../api/error.ts';
import type { BackendReport, LoadOptions, ModelConfig, Progress } from '../api/glasshouse.d.ts';
import { Lane } from './lane.ts';
import type { AttachedSaeDescription, UsedSae } from './sae-protocol.ts';
import type { LiveAsk } from './live-protocol.ts';
import type { RulesAsk } from './othello-protocol.ts';
import type { Answers, Ask, FromWorker, Kind, Source, ToWorker } from './protocol.ts';
import { spawn } from './spawn.ts';
import type { ToyAsk } from './toy-protocol.ts';

type BackendChoice = NonNullable<LoadOptions['backend']>;
type AskOf<K extends Kind> = Extract<Ask, { kind: K }>;

interface Pending {
  resolve: (answer: never) => void;
  reject: (error: GlasshouseError) => void;
  progress?: (progress: Progress) => void;
}

/** A model in the worker, shared by every handle on it. */
export interface SharedModel {
  readonly number: number;
  /** What equal loads have in common; files picked by hand are equal to nothing. */
  readonly key: string;
  readonly source: Source;
  readonly choice: BackendChoice;
  handles: number;
  /** The load under way or done in the worker that lives now; null before the first load and after a crash. */
  loading: Promise<Answers['load']> | null;
  progress: Progress | null;
  readonly progressListeners: Set<(progress: Progress) => void>;
  description: { config: ModelConfig; hooks: string[]; parameters: number; hasMeans: boolean } | null;
  backend: BackendReport | null;
  readonly backendListeners: Set<(backend: BackendReport) => void>;
  /** By their numbers. */
  readonly saes: Map<number, SharedSae>;
}

/** An SAE beside a model in the worker. */
export interface SharedSae {
  readonly source: Source;
  /** Null after a crash, until a run needs it again. */
  attaching: Promise<AttachedSaeDescription> | null;
}

/** What a request takes beside its message. */
export interface RequestTerms {
  signal?: AbortSignal | undefined;
  owner?: object | undefined;
}

/** The page's end of the worker: one worker, one engine and one copy of each model, however many handles there are. */
export class EngineClient {
  private worker: Worker | null = null;
  private lastId = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly models = new Map<string, SharedModel>();
  private readonly lanes = new WeakMap<object, Lane>();

  constructor(private readonly script: URL) {}

  /** Workers alive: 0 before the first model, then 1. */
  get workers(): number {
    return this.worker ? 1 : 0;
  }

  /** Takes a handle on a model, loading it where nobody has. Every acquired handle is released once. */
  async acquire(
    source: Source,
    choice: BackendChoice,
    terms: { signal?: AbortSignal | undefined; onProgress?: ((progress: Progress) => void) | undefined },
  ): Promise<SharedModel> {
    if (terms.signal?.aborted) throw aborted();
    const shared = this.shared(source, choice);
    shared.handles += 1;
    if (terms.onProgress) {
      shared.progressListeners.add(terms.onProgress);
      if (shared.progress) terms.onProgress(shared.progress);
    }
    try {
      await untilAborted(this.loaded(shared), terms.signal, aborted);
      return shared;
    } catch (error) {
      this.release(shared);
      throw error;
    } finally {
      if (terms.onProgress) shared.progressListeners.delete(terms.onProgress);
    }
  }

  /** Gives a handle up; the last one frees the model in the worker, or stops its download. */
  release(shared: SharedModel): void {
    shared.handles -= 1;
    if (shared.handles > 0) return;
    this.models.delete(shared.key);
    if (shared.loading && this.worker) this.call({ kind: 'unload', model: shared.number }).catch(() => {});
    shared.loading = null;
  }

  /**
   * One request to a loaded model. It waits for a model that has to be loaded again after a crash; with an owner it
   * waits for that owner's request before.
   */
  request<K extends Exclude<Kind, 'load' | 'unload'>>(shared: SharedModel, ask: AskOf<K>, terms: RequestTerms, twin?: SharedModel): Promise<Answers[K]> {
    const job = async (): Promise<Answers[K]> => {
      await Promise.all([this.loaded(shared), twin && this.loaded(twin)]);
      const { saes = [] } = ask as { saes?: readonly UsedSae[] };
      await Promise.all(saes.map(({ sae }) => this.attached(shared, sae)));
      if (terms.signal?.aborted) throw aborted();
      return this.call<K>(ask, { signal: terms.signal });
    };
    const answer = terms.owner ? this.lane(terms.owner).run(job) : job();
    return untilAborted(answer, terms.signal, aborted);
  }

  /** One request about toy models or the rules of a game, which need no files. */
  toy<K extends (ToyAsk | RulesAsk | LiveAsk)['kind']>(ask: AskOf<K>, signal?: AbortSignal): Promise<Answers[K]> {
    if (signal?.aborted) return Promise.reject(aborted());
    return untilAborted(this.call<K>(ask, { signal }), signal, aborted);
  }

  /** A number that nothing else in the worker has. */
  nextNumber(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** Loads an SAE beside a model: its number, for the runs that are to use it, and what it is. */
  async attach(
    shared: SharedModel,
    source: Source,
    terms: { signal?: AbortSignal | undefined; onProgress?: ((progress: Progress) => void) | undefined },
  ): Promise<AttachedSaeDescription & { number: number }> {
    if (terms.signal?.aborted) throw aborted();
    this.lastId += 1;
    const number = this.lastId;
    shared.saes.set(number, { source, attaching: null });
    try {
      const description = await untilAborted(this.attached(shared, number, terms), terms.signal, aborted);
      return { ...description, number };
    } catch (error) {
      this.detach(shared, number);
      throw error;
    }
  }

  /** Frees an SAE that no run uses any more. */
  detach(shared: SharedModel, number: number): void {
    shared.saes.delete(number);
    if (shared.loading && this.worker) this.call({ kind: 'detachSae', model: shared.number, sae: number }).catch(() => {});
  }

  /** Notes what an answer says about the backend, and tells every handle when it changed. */
  observe(shared: SharedModel, backend: BackendReport): void {
    const before = shared.backend;
    shared.backend = backend;
    if (before && before.kind === backend.kind && before.selfCheck.reason === backend.selfCheck.reason) return;
    for (const listener of [...shared.backendListeners]) listener(backend);
  }

  private shared(source: Source, choice: BackendChoice): SharedModel {
    this.lastId += 1;
    const key = `${choice} ${source.url ?? this.lastId}`;
    const known = this.models.get(key);
    if (known) return known;
    const shared: SharedModel = {
      number: this.lastId,
      key,
      source,
      choice,
      handles: 0,
      loading: null,
      progress: null,
      progressListeners: new Set(),
      description: null,
      backend: null,
      backendListeners: new Set(),
      saes: new Map(),
    };
    this.models.set(key, shared);
    return shared;
  }

  /** The load of a model in the worker that lives now; begun where there is none. */
  private loaded(shared: SharedModel): Promise<Answers['load']> {
    if (shared.loading) return shared.loading;
    // A request that waited while its model was disposed of must not load it again.
    if (shared.handles === 0) return Promise.reject(new GlasshouseError('disposed', 'The model was disposed of; load it again to use it.'));
    const progress = (progress: Progress) => {
      shared.progress = progress;
      for (const listener of shared.progressListeners) listener(progress);
    };
    const ask: AskOf<'load'> = { kind: 'load', model: shared.number, source: shared.source, backend: shared.choice };
    const loading = this.call(ask, { progress }).then(
      (answer) => {
        const { backend, ...description } = answer;
        shared.description = description;
        this.observe(shared, backend);
        return answer;
      },
      (error: unknown) => {
        // The next request tries again: the network may be back.
        if (shared.loading === loading) shared.loading = null;
        throw error;
      },
    );
    shared.loading = loading;
    return loading;
  }

  /** The SAE in the worker that lives now; loaded again where a crash took it. */
  private async attached(
    shared: SharedModel,
    number: number,
    terms: { signal?: AbortSignal | undefined; onProgress?: ((progress: Progress) => void) | undefined } = {},
  ): Promise<AttachedSaeDescription> {
    await this.loaded(shared);
    const sae = shared.saes.get(number);
    if (!sae) throw new GlasshouseError('disposed', 'The SAE was detached; attach it again to use it.');
    if (sae.attaching) return sae.attaching;
    const ask: AskOf<'attachSae'> = { kind: 'attachSae', model: shared.number, sae: number, source: sae.source };
    const attaching = this.call(ask, { signal: terms.signal, ...(terms.onProgress && { progress: terms.onProgress }) }).catch((error: unknown) => {
      if (sae.attaching === attaching) sae.attaching = null;
      throw error;
    });
    sae.attaching = attaching;
    return attaching;
  }

  private lane(owner: object): Lane {
    const known = this.lanes.get(owner);
    if (known) return known;
    const lane = new Lane();
    this.lanes.set(owner, lane);
    return lane;
  }

  /** Posts one message; settles when the worker answers it, or when the worker is gone. */
  private call<K extends Kind>(
    ask: AskOf<K>,
    terms: { signal?: AbortSignal | undefined; progress?: (progress: Progress) => void } = {},
  ): Promise<Answers[K]> {
    return new Promise<Answers[K]>((resolve, reject) => {
      const worker = this.living();
      this.lastId += 1;
      const id = this.lastId;
      const cancel = () => worker.postMessage({ cancel: id } satisfies ToWorker);
      terms.signal?.addEventListener('abort', cancel, { once: true });
      const done = () => terms.signal?.removeEventListener('abort', cancel);
      this.pending.set(id, {
        resolve: (answer: Answers[K]) => (done(), resolve(answer)),
        reject: (error) => (done(), reject(error)),
        ...(terms.progress && { progress: terms.progress }),
      });
      const transfer = 'values' in ask ? ask.values.map(({ buffer }) => buffer) : [];
      worker.postMessage({ id, ask } satisfies ToWorker, transfer);
    });
  }

  private living(): Worker {
    if (this.worker) return this.worker;
    let worker: Worker;
    try {
      worker = spawn(this.script);
    } catch (error) {
      throw unavailable(error instanceof Error ? error.message : String(error));
    }
    let ready = false;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      ready = true;
      this.hear(worker, data);
    });
    worker.addEventListener('error', (event: ErrorEvent) => {
      event.preventDefault(); // it is reported through the requests that it ended
      this.bury(worker, ready ? crashed(event.message) : unavailable(event.message));
    });
    worker.addEventListener('messageerror', () => this.bury(worker, crashed('an answer could not be read')));
    this.worker = worker;
    return worker;
  }

  private hear(worker: Worker, message: FromWorker): void {
    if (worker !== this.worker || message.type === 'ready') return;
    if (message.type === 'crash') {
      this.bury(worker, crashed(message.message));
      return;
    }
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if (message.type === 'progress') {
      pending.progress?.(message.progress);
      return;
    }
    this.pending.delete(message.id);
    if (message.type === 'answer') pending.resolve(message.answer as never);
    else pending.reject(new GlasshouseError(message.code, message.message));
  }

  /** Ends a worker that failed: what it was asked is rejected, and the next request starts another. */
  private bury(worker: Worker, error: GlasshouseError): void {
    if (worker !== this.worker) return;
    worker.terminate();
    this.worker = null;
    for (const shared of this.models.values()) {
      shared.loading = null;
      for (const sae of shared.saes.values()) sae.attaching = null;
    }
    const lost = [...this.pending.values()];
    this.pending.clear();
    for (const pending of lost) pending.reject(error);
  }
}

function crashed(detail: string): GlasshouseError {
  return new GlasshouseError('engine-crashed', `The engine stopped (${detail}); the next request starts it afresh.`);
}

function unavailable(detail: string | undefined): GlasshouseError {
  return new GlasshouseError('engine-unavailable', `The engine could not be started here${detail ? ` (${detail})` : ''}.`);
}
