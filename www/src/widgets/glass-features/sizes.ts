/** How much a push is measured on: what the attributes say, else what suits this machine. Fetched after the first picture. */
import type { Model } from '../../api/glasshouse.d.ts';
import { checkCount, paceOf, sizeFor, type Size } from '../../base/machine.ts';

export interface Sizes {
  /** Random directions behind the divergence. */
  readonly directions: Size;
  /** Held-out passages behind the damage. */
  readonly passages: Size;
}

const DIRECTIONS = [50, 20, 10] as const;
const PASSAGES = [16, 8, 4] as const;
export const MOST_DIRECTIONS = 1000;
export const MOST_PASSAGES = 256;
const STEERING_MS = 6000;
const DAMAGE_MS = 20_000;

/** @param amounts how many the curve of damage has */
export async function sizesFor(
  model: Model, given: { readonly directions: number | null; readonly passages: number | null }, amounts: number,
): Promise<Sizes> {
  const directions = checkCount('directions', given.directions, MOST_DIRECTIONS);
  const passages = checkCount('passages', given.passages, MOST_PASSAGES);
  const { runMs } = directions !== null && passages !== null ? { runMs: 0 } : await paceOf(model);
  return {
    directions: sizeFor(directions, DIRECTIONS, (draws) => draws * runMs, STEERING_MS),
    // Each amount of the feature and of the random direction, and the model as it is; on the passages and on the reader's text.
    passages: sizeFor(passages, PASSAGES, (texts) => (1 + 2 * amounts) * (texts + 1) * runMs, DAMAGE_MS),
  };
}
