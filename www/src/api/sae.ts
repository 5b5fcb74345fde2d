import type { AttachedSaeDescription } from '../engine/sae-protocol.ts';
import type * as api from './glasshouse.d.ts';

/** An SAE that a model handle splices into its runs, until it is detached. */
export class Attachment implements api.AttachedSae {
  readonly config: api.SaeConfig;
  readonly hook: string;
  readonly hooks: readonly string[];
  #runs = 0;
  #attached = true;

  /** `free` is called once, when the SAE is detached and the last run that uses it is over. */
  constructor(description: AttachedSaeDescription, readonly number: number, public errorTerm: boolean, private readonly free: (freed: Attachment) => void) {
    this.config = description.config;
    this.hook = description.hook;
    this.hooks = description.hooks;
  }

  get attached(): boolean {
    return this.#attached;
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
}
