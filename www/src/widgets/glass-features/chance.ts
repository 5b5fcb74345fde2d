/** What random directions would give: beside every angle, the control that needs no drawing. */

/** Steps of the integral; the third digit of the answer stands from some hundred on. */
const STEPS = 2000;

/**
 * The median of the largest of `count` cosines between a unit vector and random ones in `dimensions`, whose density goes as (1 − c²)^((d − 3) / 2).
 * For the largest entry of one direction, either sign, `count` is 2 · `dimensions`: its entries are not quite independent, so that this is 0.02 too
 * small in 16 dimensions, and right to 0.001 in 512.
 */
export function largestByChance(dimensions: number, count: number): number {
  if (dimensions < 3 || count < 1) return 1;
  const cosine = (step: number): number => 1 - (2 * (step + 0.5)) / STEPS;
  const density = Array.from({ length: STEPS }, (_, step) => (1 - cosine(step) ** 2) ** ((dimensions - 3) / 2));
  // As many of them lie beyond the median of the largest.
  let beyond = (1 - 0.5 ** (1 / count)) * density.reduce((sum, value) => sum + value, 0);
  const at = density.findIndex((value) => (beyond -= value) <= 0);
  return cosine(at);
}
