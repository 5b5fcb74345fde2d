// How fast a model runs here: what decides how much optional work a machine is asked for.
import type { Pace } from '../api/glasshouse.d.ts';
import type { Ask } from './protocol.ts';
import type { Resident } from './resident.ts';

type InLine = <T>(signal: AbortSignal, job: () => T | Promise<T>) => Promise<T>;

const POSITIONS = 64;
const MOST_TIMES = 5;
/** A fast machine is timed five times, so that one busy moment says nothing; a slow one has soon said enough. */
const ENOUGH_MS = 60;

const known = new WeakMap<Resident, Map<string, Promise<Pace>>>();

/** Once for each model with its SAEs, which have to encode what they see; without the waiting in line. */
export function pace(model: Resident, { saes: attached, topFeatures }: Extract<Ask, { kind: 'pace' }>, signal: AbortSignal, inLine: InLine): Promise<Pace> {
  const saes = attached.map(({ sae, errorTerm }) => ({ sae: model.saes.get(sae) ?? 0, errorTerm }));
  const key = JSON.stringify(saes);
  const measured = known.get(model) ?? new Map<string, Promise<Pace>>();
  known.set(model, measured);
  const before = measured.get(key);
  if (before) return before;
  const fresh = inLine(signal, () => measure(model, { saes, topFeatures }));
  measured.set(key, fresh);
  fresh.catch(() => measured.delete(key));
  return fresh;
}

async function measure({ session }: Resident, spliced: Pick<Extract<Ask, { kind: 'pace' }>, 'saes' | 'topFeatures'>): Promise<Pace> {
  const { n_ctx, d_vocab } = session.describe().config;
  const positions = Math.min(POSITIONS, n_ctx);
  const ids = (turn: number, at: number) => Array.from({ length: positions }, (_, position) => (7 * position + 3 + (position === at ? turn : 0)) % d_vocab);
  const run = async (tokens: number[]) => {
    const start = performance.now();
    await session.run({ tokens, hooks: [], edits: [], ...spliced, logits: true }, []);
    return performance.now() - start;
  };
  // The first run compiles what the others use. Another first token leaves nothing to reuse, another last one all but itself.
  await run(ids(0, 0));
  const best = async (at: number) => {
    const times: number[] = [];
    for (let left = ENOUGH_MS; left > 0 && times.length < MOST_TIMES; left -= times.at(-1) ?? left) times.push(await run(ids(times.length + 1, at)));
    return Math.min(...times);
  };
  return { positions, runMs: await best(0), stepMs: await best(positions - 1) };
}
