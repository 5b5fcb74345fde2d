// The shipped model on both backends: load → ready, and one forward with all patterns and logits read back, from the first
// token on and for one more token behind a known text.

import { flop } from './shapes.mjs';
import { takeTurns, tokenIds } from './timing.mjs';

const MODEL = 'induction-2l';
const LENGTHS = [32, 64, 128, 256];
const SECONDS = 4;
const LOADS = 5;

export async function measure(report) {
  const site = new URL('../', import.meta.url);
  const { loadModel } = await import(new URL('v1/glasshouse.js', site).href);
  const address = new URL(`models/${MODEL}/`, site).href;
  if (!(await fetch(new URL('config.json', address))).ok) {
    report(`This site ships no ${MODEL}: nothing to time with it.`);
    return;
  }
  for (const backend of ['cpu', 'webgpu']) {
    const row = (what, tokens, time, config) => ({
      where: 'browser', backend, model: MODEL, what, tokens, ...time,
      ...(config && { gflop_per_s: flop(config, tokens) / time.median_ms / 1e6 }),
    });
    // The files are in the browser's cache from the first turn on.
    const load = async () => (await loadModel(address, { backend })).dispose();
    const loads = await takeTurns({ load }, 0, LOADS);
    report(row('load → ready', undefined, loads.load));

    const model = await loadModel(address, { backend });
    const { config } = model;
    const run = (ids) => model.runWithCache(ids, { hooks: ['blocks.*.attn.hook_pattern'] });
    for (const tokens of LENGTHS.filter((length) => length <= config.n_ctx)) {
      const known = tokenIds(0, tokens, config.d_vocab);
      const times = await takeTurns(
        {
          all: (turn) => run(tokenIds(turn, tokens, config.d_vocab)),
          known: () => run(known),
          last: (turn) => run([...known.slice(0, -1), turn % config.d_vocab]),
        },
        SECONDS,
      );
      report(row('patterns and logits', tokens, times.all, config));
      report(row('last token changed', tokens, times.last));
    }
    model.dispose();
  }
}
