// <glass-othello>: a move, until all boards are drawn; and the boards of model and untrained twin, beside onnxruntime-web's bare logits of one
// model of that shape.

import { onnxTransformer } from './onnx_transformer.mjs';
import { randomTensors } from './random_model.mjs';
import { summary, takeTurns } from './timing.mjs';

const [MODEL, PROBES] = ['othello', 'othello-probes'];
const SECONDS = 10;
/** Moves clicked through; a software adapter needs seconds for each. */
const [FIRST, LAST, FEWEST] = [8, 48, 5];
const GAME = 'f5f6e6f4g6d7c3c5d3g4c6c4e8g7f3c7h4b2g5h3b4f2e7e3g8a4c2c8b5d6a2c1b1h8d1a5h2e2b7a6g3f7g2h5d2b6h7g1h6a1a7d8f1h1b3e1b8a8a3';

/** The four symmetries that keep the discs of the start: the same game, begun at f5, e6, d3 and c4. */
function symmetric(turn) {
  const at = (n, mirrored) => (mirrored ? 7 - n : n);
  return GAME.replace(/([a-h])([1-8])/g, (_, letter, digit) => {
    const place = ['abcdefgh'.indexOf(letter), Number(digit) - 1].map((n) => at(n, turn & 1));
    const [column, row] = turn & 2 ? place.toReversed() : place;
    return `${'abcdefgh'[column]}${row + 1}`;
  });
}

export async function measure(report) {
  const site = new URL('../', import.meta.url);
  for (const backend of ['cpu', 'webgpu']) await clicks(report, backend);
  await reports(report, site);
}

async function clicks(report, backend) {
  const element = Object.assign(document.createElement('glass-othello'), { backend });
  const attributes = { transcript: GAME, ply: String(FIRST) };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  await customElements.whenDefined('glass-othello');
  await element.ready;
  await drawn();
  const times = [];
  const end = performance.now() + 1000 * SECONDS;
  for (let ply = FIRST; ply < LAST && (times.length < FEWEST || performance.now() < end); ply += 1) {
    const pressed = performance.now();
    element.goTo(ply + 1);
    await element.ready;
    await drawn();
    times.push(performance.now() - pressed);
  }
  report({ where: 'browser', backend, model: MODEL, what: 'move → all boards drawn', tokens: LAST, ...summary(times) });
  element.remove();
}

async function reports(report, site) {
  const { loadModel } = await import(new URL('v1/glasshouse.js', site).href);
  const ort = await import(new URL('bench-ort/ort.wasm.min.mjs', site).href);
  Object.assign(ort.env, { logLevel: 'error' });
  Object.assign(ort.env.wasm, { wasmPaths: new URL('bench-ort/', site).href, numThreads: 1, simd: true, proxy: false });
  const model = await loadModel(new URL(`models/${MODEL}/`, site).href, { backend: 'cpu' });
  await model.attachProbes(new URL(`models/${PROBES}/`, site).href);
  const tokens = GAME.length / 2;
  const theirs = {};
  for (const attention of ['fused', 'plain']) {
    const file = onnxTransformer(model.config, randomTensors(model.config), tokens, attention);
    const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
    theirs[attention] = (turn) => {
      const ids = BigInt64Array.from({ length: tokens }, (_, i) => BigInt(1 + ((turn + i) % 60)));
      return session.run({ ids: new ort.Tensor('int64', ids, [1, tokens]) });
    };
  }
  // Apart: a game in between would leave a move nothing to build on.
  const move = await takeTurns({ ours: (turn) => model.othello(GAME, { ply: 10 + (turn % 50) }), ...theirs }, SECONDS);
  const game = await takeTurns({ ours: (turn) => model.othello(symmetric(turn)), ...theirs }, SECONDS);
  const row = (backend, what, time) => report({ where: 'browser', backend, model: MODEL, what, tokens, ...time });
  row('cpu', 'boards of all layers after a move', move.ours);
  row('cpu', 'boards of all layers of a new game', game.ours);
  row('onnxruntime-web', 'logits, Attention operator', game.fused);
  row('onnxruntime-web', 'logits, standard operators', game.plain);
  const ratio = ({ ours, fused, plain }, statistic) => (ours[statistic] / Math.min(fused[statistic], plain[statistic])).toFixed(2);
  const ratios = (times) => `${ratio(times, 'median_ms')} (minima ${ratio(times, 'min_ms')})`;
  report(`${MODEL}: the boards of all layers of model and twin take ${ratios(move)} of onnxruntime-web's bare logits after a move, ${ratios(game)} for a new game.`);
  model.dispose();
}

/** After the next frame has been painted. */
function drawn() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
