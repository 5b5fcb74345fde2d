/** From numbers to places on a drawing. */

export type Scale = (value: number) => number;

export const linear = ([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale =>
  (value) => start + ((value - from) / (to - from)) * (end - start);

export const logarithmic = ([from, to]: readonly [number, number], range: readonly [number, number]): Scale => {
  const scale = linear([Math.log(from), Math.log(to)], range);
  return (value) => scale(Math.log(value));
};

/** Round numbers 1, 2, 5, 10, 20 … inside a range, ends included. */
export function logTicks(from: number, to: number): number[] {
  const ticks: number[] = [];
  const slack = 1 + 1e-9;
  for (let decade = 10 ** Math.floor(Math.log10(from)); decade <= to * slack; decade *= 10) {
    for (const factor of [1, 2, 5]) {
      const tick = Number((decade * factor).toPrecision(6));
      if (tick * slack >= from && tick <= to * slack) ticks.push(tick);
    }
  }
  return ticks;
}
