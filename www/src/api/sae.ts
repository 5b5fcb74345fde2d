import type { AttachedSaeDescription, UsedSae } from '../engine/sae-protocol.ts';
import type { FeatureAnswers, FeatureAsk, Where } from '../engine/features-protocol.ts';
import type * as features from './features.d.ts';
import type * as api from './glasshouse.d.ts';
import { GlasshouseError } from './error.ts';
import { finite } from './wire.ts';

type About<K extends FeatureAsk['kind']> = Extract<FeatureAsk, { kind: K }>;
/** Asks the worker about an SAE of a model. */
export type AskFeatures = <K extends FeatureAsk['kind']>(ask: Omit<About<K>, 'model'>, terms: api.CallOptions) => Promise<FeatureAnswers[K]>;

/** An SAE that a model handle splices into its runs, until it is detached. */
export class Attachment implements api.AttachedSae {
  readonly config: api.SaeConfig;
  readonly hook: string;
  readonly hooks: readonly string[];
  #runs = 0;
  #attached = true;

  /** `free` is called once, when the SAE is detached and the last run that uses it is over. */
  constructor(
    description: AttachedSaeDescription, readonly number: number, public errorTerm: boolean,
    private readonly free: (freed: Attachment) => void, private readonly ask: AskFeatures,
  ) {
    this.config = description.config;
    this.hook = description.hook;
    this.hooks = description.hooks;
  }

  get attached(): boolean {
    return this.#attached;
  }

  feature(index: number, { k = 10, ...terms }: { k?: number } & api.CallOptions = {}): Promise<features.FeatureCard> {
    return this.#asked<'featureCard'>({ kind: 'featureCard', ...this.#where(), feature: this.#known(index), k: finite('k', k) }, terms);
  }

  neighbours(index: number, { k = 10, ...terms }: { k?: number } & api.CallOptions = {}): Promise<features.FeatureNeighbour[]> {
    return this.#asked<'featureNeighbours'>({ kind: 'featureNeighbours', ...this.#where(), feature: this.#known(index), k: finite('k', k) }, terms);
  }

  promoting(token: number, { k = 10, ...terms }: { k?: number } & api.CallOptions = {}): Promise<features.FeatureEffect[]> {
    return this.#asked<'featurePromoting'>({ kind: 'featurePromoting', ...this.#where(), token: finite('token', token), k: finite('k', k) }, terms);
  }

  tokenTexts(ids: readonly number[], terms: api.CallOptions = {}): Promise<(string | null)[]> {
    return this.#asked<'featureTexts'>({ kind: 'featureTexts', ...this.#where(), ids }, terms);
  }

  steer({ tokens, feature, how, amount, length = 24, temperature = 0.8, seed = 0, draws = 50, ...terms }: features.SteerOptions): Promise<features.SteerReport> {
    const push = { feature: this.#known(feature), how, amount: finite('amount', amount) };
    return this.#asked<'featureSteer'>({ kind: 'featureSteer', ...this.#where(), push, tokens, length, temperature: finite('temperature', temperature), seed, draws }, terms);
  }

  sweep({ tokens, feature, how, amounts, heldOut, wanted, seed = 0, ...terms }: features.SweepOptions): Promise<features.SweepReport> {
    const pushes = amounts.map((amount) => ({ feature: this.#known(feature), how, amount: finite('amounts', amount) }));
    return this.#asked<'featureSweep'>({ kind: 'featureSweep', ...this.#where(), pushes, tokens, heldOut, wanted, seed }, terms);
  }

  /** Keeps the SAE in memory while `run` is under way. */
  during(run: Promise<unknown>): void {
    this.#runs += 1;
    const over = () => {
      this.#runs -= 1;
      if (!this.#attached && this.#runs === 0) this.free(this);
    };
    run.then(over, over);
  }

  detach(): void {
    if (!this.#attached) return;
    this.#attached = false;
    if (this.#runs === 0) this.free(this);
  }

  #asked<K extends FeatureAsk['kind']>(ask: Omit<About<K>, 'model'>, terms: api.CallOptions): Promise<FeatureAnswers[K]> {
    if (!this.#attached) return Promise.reject(new GlasshouseError('disposed', 'The SAE was detached; attach it again to use it.'));
    const answer = this.ask<K>(ask, terms);
    this.during(answer);
    return answer;
  }

  #where(): Omit<Where, 'model'> {
    const saes: [UsedSae] = [{ sae: this.number, errorTerm: true }];
    return { saes, hook: this.hook, d_sae: this.config.d_sae };
  }

  #known(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.config.d_sae) return index;
    throw new GlasshouseError('bad-input', `There is no feature ${String(index)}: this SAE has features 0 to ${this.config.d_sae - 1}.`);
  }
}
