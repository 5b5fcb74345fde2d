// How fast a model runs here: what decides how much optional work a machine is asked for.
import type { Pace } from '../api/glasshouse.d.ts';
import type { Resident } from './resident.ts';

type InLine = <T>(signal: AbortSignal, job: () => T | Promise<T>) => Promise<T>;

const POSITIONS = 64;
const MOST_TIMES = 3;
/** A fast machine is timed thrice; a slow one has said enough after the first. */
const ENOUGH_MS = 12;

const known = new WeakMap<Resident, Promise<Pace>>();

/** Once per model; without the waiting in line. */
export function pace(model: Resident, signal: AbortSignal, inLine: InLine): Promise<Pace> {
  const before = known.get(model);
  if (before) return before;
  const fresh = inLine(signal, () => measure(model));
  known.set(model, fresh);
  fresh.catch(() => known.delete(model));
  return fresh;
}

async function measure({ session }: Resident): Promise<Pace> {
  const { n_ctx, d_vocab } = session.describe().config;
  const positions = Math.min(POSITIONS, n_ctx);
  const ids = (turn: number, at: number) => Array.from({ length: positions }, (_, position) => (7 * position + 3 + (position === at ? turn : 0)) % d_vocab);
  const run = async (tokens: number[]) => {
    const start = performance.now();
    await session.run({ tokens, hooks: [], edits: [], topFeatures: [], saes: [], logits: true }, []);
    return performance.now() - start;
  };
  // The first run compiles what the others use. Another first token leaves nothing to reuse, another last one all but itself.
  await run(ids(0, 0));
  const best = async (at: number) => {
    const times = [await run(ids(1, at))];
    while (times.length < MOST_TIMES && (times.at(-1) ?? 0) < ENOUGH_MS) times.push(await run(ids(times.length + 1, at)));
    return Math.min(...times);
  };
  return { positions, runMs: await best(0), stepMs: await best(positions - 1) };
}
