/** What a view asks of the engine beside the training itself. */
import type { EngineClient } from '../../engine/client.ts';
import type { Interference } from '../../engine/superposition.d.ts';
import type { Controls } from '../../engine/toy-protocol.ts';
import type { Plan } from './settings.ts';
import { parameters, type Exact, type Shot } from './view.ts';

/** What an input (the attribute `on`) does, beside the same in the model before training. */
export type Effects = Interference & { readonly on: string; readonly untrained: Interference };

/** So many cells at a time: the worker is free for others in between. */
const CELLS_AT_ONCE = 8;

/** The controls of each density that occurs; a phase diagram has the best model of each cell instead. */
export function controlsOf(client: EngineClient, { settings, grid, seed }: Plan, signal?: AbortSignal): Promise<Controls> {
  const { nFeatures, nHidden, task } = settings;
  // |x| takes two neurons: one for either sign.
  const unshared = task === 'absolute' ? Math.floor(nHidden / 2) : nHidden;
  const density = grid ? new Float32Array() : Float32Array.from(new Set(settings.density));
  const importance = settings.importance.slice(0, nFeatures);
  return client.toy<'toyControls'>({ kind: 'toyControls', nFeatures, nHidden, unshared, density, importance, seed: seed >>> 0 }, signal);
}

/** The best outcome of each cell, growing. */
export async function* exactPhase(client: EngineClient, { settings, grid }: Plan, signal?: AbortSignal): AsyncGenerator<Exact> {
  if (!grid) return;
  const cells = grid.size ** 2;
  const axis = (values: readonly number[], from: number, to: number, at: (cell: number) => number) => Float32Array.from({ length: to - from }, (_, i) => values[at(from + i)] ?? 1);
  const outcome: Exact['outcome'][number][] = [];
  const loss: number[] = [];
  for (let from = 0; from < cells; from += CELLS_AT_ONCE) {
    const to = Math.min(cells, from + CELLS_AT_ONCE);
    const density = axis(grid.density, from, to, (cell) => cell % grid.size);
    const importance = axis(grid.importance, from, to, (cell) => Math.floor(cell / grid.size));
    const part = await client.toy<'toyPhase'>({ kind: 'toyPhase', nFeatures: settings.nFeatures, density, importance }, signal);
    outcome.push(...part.outcome);
    loss.push(...part.loss);
    yield { outcome, loss };
  }
}

/** Wᵀ W of one instance, `[feature read, feature on]`. */
export function gramOf(client: EngineClient, shot: Shot, instance: number): Promise<Float32Array> {
  const { w, w2 } = parameters(shot, instance);
  return client.toy<'toyGram'>({ kind: 'toyGram', w, w2, nFeatures: shot.plan.settings.nFeatures });
}

export function interferenceOf(client: EngineClient, shot: Shot, instance: number, x: readonly number[]): Promise<Interference> {
  const { w, b } = parameters(shot, instance);
  return client.toy<'toyInterference'>({ kind: 'toyInterference', w, b, x: Float32Array.from(x), density: shot.plan.settings.density[instance] ?? 1 });
}
