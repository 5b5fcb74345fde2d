/** How many steps a slice has, so that one slice takes about the same time on every machine. */

/** Short enough that another element's keystroke in the same worker is answered at once, and that pictures move. */
export const SLICE_MS = 24;
const MOST_STEPS = 2000;

/** The next slice after one of `steps` that took `tookMs`: at most double, so that one quick slice misleads little. */
export function nextSlice(steps: number, tookMs: number): number {
  const ideal = tookMs > 0 ? (steps * SLICE_MS) / tookMs : steps * 2;
  return Math.round(Math.min(MOST_STEPS, Math.max(1, Math.min(2 * steps, ideal))));
}
