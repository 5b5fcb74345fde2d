// How things are timed: all candidates take turns, so that what disturbs one disturbs all.

/**
 * Milliseconds of every candidate over `seconds`, at least `atLeast` turns after two to warm up. A candidate is an async
 * function of the number of the turn.
 */
export async function takeTurns(candidates, seconds, atLeast = 15) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  let end = Infinity;
  for (let turn = 0; turn < atLeast + 2 || performance.now() < end; turn += 1) {
    if (turn === 2) end = performance.now() + 1000 * seconds;
    for (const [name, run] of Object.entries(candidates)) {
      const start = performance.now();
      await run(turn);
      if (turn >= 2) times[name].push(performance.now() - start);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, summary(list)]));
}

/** Median and minimum of some milliseconds. */
export function summary(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return { median_ms: sorted[Math.floor(sorted.length / 2)], min_ms: sorted[0], turns: sorted.length };
}

/**
 * The same by the CPU time of the page's process, worker included, which holds still on a busy machine: median milliseconds of one
 * run of every candidate over `turns` turns. The clock ticks in hundredths of a second, so each turn is `runs[name]` runs, awaited one by one.
 */
export async function byCpuTime(candidates, turns, runs) {
  const spent = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, run] of Object.entries(candidates)) {
      const before = await globalThis.cpuSeconds();
      for (let i = 0; i < runs[name]; i += 1) await run(turn * runs[name] + i);
      spent[name].push((1000 * (await globalThis.cpuSeconds() - before)) / runs[name]);
    }
  }
  return Object.fromEntries(Object.entries(spent).map(([name, list]) => [name, summary(list).median_ms]));
}

/** Token ids of one turn. The first differs from turn to turn, so that nothing can be reused from the turn before. */
export function tokenIds(turn, tokens, d_vocab) {
  return Array.from({ length: tokens }, (_, i) => (i === 0 ? turn : i * 7 + 3) % d_vocab);
}
