import type { EngineClient, SharedModel } from '../engine/client.ts';
import type { Answers, Ask, Kind } from '../engine/protocol.ts';
import type { UsedSae } from '../engine/sae-protocol.ts';
import type * as api from './glasshouse.d.ts';
import { GlasshouseError, aborted, untilAborted } from './error.ts';
import { refuseUnknown } from './nearest.ts';
import { Attachment } from './sae.ts';
import { addressOf, sourceOf } from './source.ts';
import { finite, wireEdits, wireHooks, wireInput, wireTop } from './wire.ts';

type Requested = Exclude<Kind, 'load' | 'unload'>;

/** A handle on a model in the worker. */
export class LoadedModel implements api.Model {
  readonly config: api.ModelConfig;
  readonly hooks: readonly string[];
  readonly parameters: number;
  readonly hasMeans: boolean;
  onBackendChange: ((backend: api.BackendReport) => void) | null = null;

  readonly #client: EngineClient;
  readonly #shared: SharedModel;
  readonly #disposal = new AbortController();
  readonly #saes = new Set<Attachment>();
  /** The address of the probes that read this handle's boards. */
  #probes: string | null = null;

  constructor(client: EngineClient, shared: SharedModel) {
    const { description } = shared;
    if (!description) throw new GlasshouseError('internal', 'A handle was made for a model that is not loaded.');
    this.#client = client;
    this.#shared = shared;
    this.config = description.config;
    this.hooks = description.hooks;
    this.parameters = description.parameters;
    this.hasMeans = description.hasMeans;
    shared.backendListeners.add(this.#backendChanged);
  }

  get backend(): api.BackendReport {
    const { backend } = this.#shared;
    if (!backend) throw new GlasshouseError('internal', 'A loaded model has no backend.');
    return backend;
  }

  async tokenize(text: string, options: api.TextOptions & api.CallOptions = {}): Promise<api.Token[]> {
    refuseUnknown('tokenize', options, ['prependBos', 'signal']);
    if (typeof text !== 'string') throw new GlasshouseError('bad-input', 'tokenize takes a text.');
    const ask = { kind: 'tokenize', model: this.#shared.number, text, prependBos: options.prependBos ?? null } as const;
    return this.#request<'tokenize'>(ask, options);
  }

  async runWithCache(input: string | ArrayLike<number>, options: api.RunOptions = {}): Promise<api.Run> {
    refuseUnknown('runWithCache', options, ['hooks', 'edits', 'topFeatures', 'prependBos', 'signal', 'owner']);
    const saes = [...this.#saes].filter(({ attached }) => attached);
    const answer = this.#request<'run'>(
      {
        kind: 'run',
        model: this.#shared.number,
        input: wireInput(input, options.prependBos),
        hooks: wireHooks(options.hooks),
        ...wireEdits(options.edits),
        topFeatures: wireTop(options.topFeatures),
        saes: used(saes),
      },
      options,
    );
    for (const sae of saes) sae.during(answer);
    const { tokens, tensors, topFeatures, backend } = await answer;
    this.#client.observe(this.#shared, backend);
    const cache: Record<string, api.Tensor> = {};
    for (const { name, data, shape } of tensors) cache[name] = { data, shape };
    const { logits } = cache;
    if (!logits) throw new GlasshouseError('internal', 'The engine returned no logits.');
    delete cache['logits'];
    const top = topFeatures.map(({ name, shape, values, indices }) => [name, { shape, values, indices }] as const);
    return { tokens, logits, cache, topFeatures: Object.fromEntries(top) };
  }

  async attachSae(source: api.ModelSource, options: api.AttachSaeOptions = {}): Promise<api.AttachedSae> {
    refuseUnknown('attachSae', options, ['errorTerm', 'onProgress', 'signal']);
    const { errorTerm = false } = options;
    if (typeof errorTerm !== 'boolean') throw new GlasshouseError('bad-input', 'errorTerm is true or false.');
    const shared = this.#living();
    const description = await this.#client.attach(shared, sourceOf(source, document.baseURI, 'attachSae'), options);
    const sae = new Attachment(description, description.number, errorTerm, (freed) => {
      this.#saes.delete(freed);
      this.#client.detach(shared, freed.number);
    }, (ask, terms) => this.#request({ ...ask, model: this.#shared.number } as never, terms));
    const taken = [...this.#saes].some(({ attached, hook }) => attached && hook === sae.hook);
    if (taken || this.#disposal.signal.aborted) {
      sae.detach();
      throw taken ? new GlasshouseError('bad-input', `There is an SAE at ${sae.hook} already; detach it first.`) : disposed();
    }
    this.#saes.add(sae);
    return sae;
  }

  async induction(input: string | ArrayLike<number>, options: api.InductionOptions = {}): Promise<api.InductionReport> {
    const { position = -1, topK = 10, seed = 0, ablations = [], patterns = true, twin } = options;
    refuseUnknown('induction', options, ['position', 'topK', 'seed', 'ablations', 'patterns', 'twin', 'prependBos', 'signal', 'owner']);
    if (twin !== undefined && !(twin instanceof LoadedModel)) throw new GlasshouseError('bad-input', 'twin is a model that loadModel gave.');
    const other = twin && twin.#living();
    const report = await this.#request<'induction'>(
      {
        kind: 'induction',
        model: this.#shared.number,
        twin: other ? other.number : null,
        input: wireInput(input, options.prependBos),
        position: finite('position', position),
        topK: finite('topK', topK),
        seed: finite('seed', seed),
        ablations: ablations.map(({ layer, head, how }) => ({ layer, head, how })),
        patterns,
      },
      options,
      other,
    );
    this.#client.observe(this.#shared, report.backend);
    if (other && report.twinBackend) this.#client.observe(other, report.twinBackend);
    return report;
  }

  async attachProbes(address: string | URL, options: api.CallOptions = {}): Promise<api.ProbesDescription> {
    refuseUnknown('attachProbes', options, ['signal']);
    const probes = addressOf(String(address), document.baseURI);
    const description = await this.#request<'othelloProbes'>({ kind: 'othelloProbes', model: this.#shared.number, probes }, options);
    this.#probes = probes;
    return description;
  }

  async othello(transcript: string, options: api.OthelloOptions = {}): Promise<api.OthelloReport> {
    refuseUnknown('othello', options, ['ply', 'edits', 'editLayers', 'scale', 'draws', 'sweep', 'attention', 'seed', 'signal', 'owner']);
    const { ply = null, edits = [], editLayers = [], scale = 1, draws = null, sweep = false, attention = false, seed = 0 } = options;
    const request = { transcript, ply, edits, editLayers, scale: finite('scale', scale), draws, sweep, attention, seed: finite('seed', seed) };
    const report = await this.#request<'othelloRun'>({ kind: 'othelloRun', model: this.#shared.number, probes: this.#probes, request }, options);
    this.#client.observe(this.#shared, report.backend);
    return report;
  }

  async fitProbe(options: api.FitProbeOptions): Promise<api.ProbeFit> {
    const { onStep, signal, ...request } = { frame: 'mine-theirs' as const, games: 200, seed: 0, shuffledLabels: true, untrained: false, ...options };
    refuseUnknown('fitProbe', request, ['layer', 'frame', 'games', 'seed', 'shuffledLabels', 'untrained']);
    const model = this.#shared.number;
    const terms = signal ? { signal } : {};
    let fit = await this.#request<'othelloFit'>({ kind: 'othelloFit', model, request }, terms);
    for (;;) {
      onStep?.(fit);
      if (fit.phase === 'done') break;
      fit = await this.#request<'othelloFitStep'>({ kind: 'othelloFitStep', model }, terms);
    }
    // A fit that is given up stays until the next one takes its place: stopping it here could stop that one.
    await this.#request<'othelloFitStop'>({ kind: 'othelloFitStop', model }, terms);
    return fit;
  }

  pace(options: api.CallOptions = {}): Promise<api.Pace> {
    const saes = [...this.#saes].filter(({ attached }) => attached);
    const answer = this.#request<'pace'>({ kind: 'pace', model: this.#shared.number, saes: used(saes), topFeatures: saes.map(({ hook }) => ({ hook: `${hook}.hook_sae_acts_post`, k: 1 })) }, options);
    for (const sae of saes) sae.during(answer);
    return answer;
  }

  async memory(): Promise<api.MemoryReport> {
    const memory = await this.#request<'memory'>({ kind: 'memory', model: this.#shared.number }, {});
    return { ...memory, workers: this.#client.workers };
  }

  async loseDevice(): Promise<void> {
    await this.#request<'loseDevice'>({ kind: 'loseDevice', model: this.#shared.number }, {});
  }

  async limitGpuMemory(bytes: number): Promise<void> {
    if (!(bytes >= 0)) throw new GlasshouseError('bad-input', `A limit of memory is a number of bytes from 0 on, not ${bytes}.`);
    await this.#request<'limitGpuMemory'>({ kind: 'limitGpuMemory', model: this.#shared.number, bytes }, {});
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort();
    this.#shared.backendListeners.delete(this.#backendChanged);
    for (const sae of this.#saes) sae.detach();
    this.#client.release(this.#shared);
  }

  readonly #backendChanged = (backend: api.BackendReport): void => this.onBackendChange?.(backend);

  #living(): SharedModel {
    if (this.#disposal.signal.aborted) throw disposed();
    return this.#shared;
  }

  #request<K extends Requested>(ask: Extract<Ask, { kind: K }>, terms: api.RequestOptions, twin?: SharedModel): Promise<Answers[K]> {
    if (terms.signal?.aborted) throw aborted();
    const answer = this.#client.request<K>(this.#living(), ask, { signal: terms.signal, owner: terms.owner }, twin);
    return untilAborted(answer, this.#disposal.signal, disposed);
  }
}

const used = (saes: readonly Attachment[]): UsedSae[] => saes.map(({ number, errorTerm }) => ({ sae: number, errorTerm }));

function disposed(): GlasshouseError {
  return new GlasshouseError('disposed', 'The model was disposed of; load it again to use it.');
}
