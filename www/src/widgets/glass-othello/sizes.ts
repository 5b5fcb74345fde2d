/** How much a changed belief is measured on: what the attributes say, else what suits this machine. Fetched with the first change. */
import type { Model } from '../../api/glasshouse.d.ts';
import { refuseOther } from '../../api/nearest.ts';
import { checkCount, paceOf, sizeFor, type Size } from '../../base/machine.ts';

export interface Sizes {
  /** Random directions behind the control. */
  readonly directions: Size;
  /** Layers at which the change is tried alone: all of them, or none. */
  readonly sweep: Size;
}

const DIRECTIONS = [64, 32, 16, 8] as const;
const MOST_DIRECTIONS = 1024;
/** Random directions behind each point of the sweep are no more than these. */
const SWEEP_DIRECTIONS = 16;
const CONTROL_MS = 2500;
const SWEEP_MS = 8000;

export const sweepDirections = ({ directions }: Sizes): number => Math.min(SWEEP_DIRECTIONS, directions.used);

export async function sizesFor(model: Model, given: { readonly directions: number | null; readonly sweep: string }, layers: number): Promise<Sizes> {
  const wanted = checkCount('directions', given.directions, MOST_DIRECTIONS);
  const sweep = given.sweep === '' ? null : refuseOther('sweep', given.sweep, ['on', 'off'] as const) === 'on' ? layers : 0;
  const { stepMs } = wanted !== null && sweep !== null ? { stepMs: 0 } : await paceOf(model);
  // A run of one new position each, beside the change itself and the one of another square.
  const directions = sizeFor(wanted, DIRECTIONS, (draws) => (draws + 2) * stepMs, CONTROL_MS);
  const draws = Math.min(SWEEP_DIRECTIONS, directions.used);
  return { directions, sweep: sizeFor(sweep, [layers, 0], (count) => count * (draws + 2) * stepMs, SWEEP_MS) };
}
