// The CPU engine with every attention pattern read back, against onnxruntime-web's single-threaded wasm for the bare logits.
// Same page, same weights, same tokens; the logits must agree.

import { onnxTransformer } from './onnx_transformer.mjs';
import { modelFolder, randomTensors } from './random_model.mjs';
import { SHAPES, flop } from './shapes.mjs';
import { simdPeak } from './simd_peak.mjs';
import { takeTurns, tokenIds } from './timing.mjs';

const SECONDS = 20;
const GOAL = 0.6;
/** Largest difference of logits relative to the largest magnitude: the parity budget of the project. */
const TOLERANCE = 1e-4;

export async function measure(report) {
  const site = new URL('../', import.meta.url);
  const { loadModel } = await import(new URL('v1/glasshouse.js', site).href);
  const ort = await import(new URL('bench-ort/ort.wasm.min.mjs', site).href);
  Object.assign(ort.env, { logLevel: 'error' });
  Object.assign(ort.env.wasm, { wasmPaths: new URL('bench-ort/', site).href, numThreads: 1, simd: true, proxy: false });

  const peak = await simdPeak();
  report(`One thread of wasm SIMD at its peak: ${peak.toFixed(0)} GFLOP/s with separate products and sums, ${(await simdPeak({ fused: true })).toFixed(0)} with fused ones.`);

  for (const { name, config } of SHAPES) {
    const tokens = config.n_ctx;
    const tensors = randomTensors(config);
    const model = await loadModel({ files: modelFolder(config, tensors) }, { backend: 'cpu' });
    const ours = (turn) => model.runWithCache(tokenIds(turn, tokens, config.d_vocab), { hooks: ['blocks.*.attn.hook_pattern'] });
    const sessions = {};
    for (const attention of ['fused', 'plain']) {
      const file = onnxTransformer(config, tensors, tokens, attention);
      sessions[attention] = await ort.InferenceSession.create(file, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
    }
    const theirs = (attention) => async (turn) => {
      const ids = BigInt64Array.from(tokenIds(turn, tokens, config.d_vocab), BigInt);
      const { logits } = await sessions[attention].run({ ids: new ort.Tensor('int64', ids, [1, tokens]) });
      return logits.data;
    };

    const expected = (await ours(0)).logits.data;
    for (const attention of Object.keys(sessions)) agree(expected, await theirs(attention)(0), `${name}, ${attention}`);

    const times = await takeTurns({ ours, fused: theirs('fused'), plain: theirs('plain') }, SECONDS);
    const best = times.fused.median_ms < times.plain.median_ms ? 'fused' : 'plain';
    const row = (backend, what, time) => ({
      where: 'browser', backend, model: name, what, tokens, ...time,
      gflop_per_s: flop(config, tokens) / time.median_ms / 1e6,
    });
    report(row('cpu', 'patterns and logits', times.ours));
    report(row('onnxruntime-web', 'logits, Attention operator', times.fused));
    report(row('onnxruntime-web', 'logits, standard operators', times.plain));
    const ratio = (statistic) => (times.ours[statistic] / Math.min(times.fused[statistic], times.plain[statistic])).toFixed(2);
    report(`${name}: ${ratio('median_ms')} of onnxruntime-web's median (${best}), ${ratio('min_ms')} of its minimum; the goal is ${GOAL}. Its products at the peak, and nothing else: ${(flop(config, tokens) / peak / 1e6 / Math.min(times.fused.median_ms, times.plain.median_ms)).toFixed(2)}.`);
    model.dispose();
    for (const session of Object.values(sessions)) await session.release();
  }
}

function agree(ours, theirs, what) {
  const largest = ours.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  const difference = ours.reduce((max, x, i) => Math.max(max, Math.abs(x - theirs[i])), 0);
  if (!(difference <= TOLERANCE * largest) || ours.length !== theirs.length) {
    throw new Error(`${what}: logits differ by ${difference} of ${largest}: this comparison would be of different things.`);
  }
}
