/** The page's handle on toy models that train in the worker. */
import type { LoadOptions } from '../api/glasshouse.d.ts';
import type { EngineClient } from './client.ts';
import type { SuperpositionDescription, SuperpositionReport, SuperpositionSettings } from './superposition.d.ts';
import type { Slice } from './toy-protocol.ts';

export class Toy {
  private closed = false;

  private constructor(
    private readonly client: EngineClient,
    private readonly number: number,
    readonly description: SuperpositionDescription,
  ) {}

  /** Initialises every instance and checks the backend on them. */
  static async open(client: EngineClient, settings: SuperpositionSettings, backend: NonNullable<LoadOptions['backend']>, signal: AbortSignal): Promise<Toy> {
    const number = client.nextNumber();
    const opening = client.toy<'toyOpen'>({ kind: 'toyOpen', toy: number, settings, backend }, signal);
    // Given up while it was being made: the worker may have made it all the same.
    opening.catch(() => {
      if (signal.aborted) client.toy<'toyClose'>({ kind: 'toyClose', toy: number }).catch(() => {});
    });
    return new Toy(client, number, await opening);
  }

  /** So many further steps of every instance. */
  train(steps: number, outcomes: boolean): Promise<Slice> {
    return this.client.toy<'toyTrain'>({ kind: 'toyTrain', toy: this.number, steps, outcomes });
  }

  /** Measures some instances, or all of them, on fresh samples. */
  report(instances: readonly number[] | null = null): Promise<SuperpositionReport> {
    return this.client.toy<'toyReport'>({ kind: 'toyReport', toy: this.number, instances: instances && Uint32Array.from(instances) });
  }

  /** Back to step 0, with the same numbers as the first time. */
  async reset(): Promise<void> {
    await this.client.toy<'toyReset'>({ kind: 'toyReset', toy: this.number });
  }

  async loseDevice(): Promise<void> {
    await this.client.toy<'toyLoseDevice'>({ kind: 'toyLoseDevice', toy: this.number });
  }

  /** Frees it in the worker. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.client.toy<'toyClose'>({ kind: 'toyClose', toy: this.number }).catch(() => {});
  }
}
