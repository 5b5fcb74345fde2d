/** Seeded random numbers: whatever is drawn at random can be drawn again from the seed that is shown. */

/** A generator of whole numbers in 0..limit-1 (mulberry32; `limit` below 2^32). */
export function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** `count` different whole numbers in 0..limit-1 that `accept` lets pass, in random order. Fewer if there are not as many. */
export function distinct(seed: number, count: number, limit: number, accept: (n: number) => boolean = () => true): number[] {
  const draw = seeded(seed);
  const pool = Array.from({ length: limit }, (_, n) => n).filter(accept);
  const picked: number[] = [];
  while (picked.length < count && pool.length > 0) {
    const at = draw(pool.length);
    picked.push(pool[at] as number);
    pool[at] = pool[pool.length - 1] as number;
    pool.pop();
  }
  return picked;
}
