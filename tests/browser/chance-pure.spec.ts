/** What `<glass-features>` says that chance gives, against directions that are drawn. */
import { expect, test } from '@playwright/test';
import { seeded } from '../../www/src/base/random.ts';
import { largestByChance } from '../../www/src/widgets/glass-features/chance.ts';

/** A unit vector in a random direction: normal entries (Box and Muller), divided by their length. */
function direction(dimensions: number, draw: (below: number) => number): number[] {
  const uniform = () => (draw(2 ** 24) + 0.5) / 2 ** 24;
  const entries = Array.from({ length: dimensions }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  const length = Math.hypot(...entries);
  return entries.map((value) => value / length);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

for (const [dimensions, count] of [[16, 50], [64, 255]] as const) {
  test(`the nearest of ${count} random directions in ${dimensions} dimensions`, () => {
    const draw = seeded(1);
    // All directions are alike, so one axis stands for the feature.
    const nearest = Array.from({ length: 500 }, () => Math.max(...Array.from({ length: count }, () => direction(dimensions, draw)[0]!)));
    expect(Math.abs(largestByChance(dimensions, count) - median(nearest))).toBeLessThan(0.015);
  });
}

// The entries of one direction are not quite independent, which is felt where there are few.
for (const [dimensions, error] of [[16, 0.03], [64, 0.01], [512, 0.003]] as const) {
  test(`the largest entry of a random direction in ${dimensions} dimensions`, () => {
    const draw = seeded(1);
    const largest = Array.from({ length: 4000 }, () => Math.max(...direction(dimensions, draw).map(Math.abs)));
    expect(Math.abs(largestByChance(dimensions, 2 * dimensions) - median(largest))).toBeLessThan(error);
  });
}
