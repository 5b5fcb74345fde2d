// A sparse autoencoder's encoder and the largest features of each position, 256 tokens into 16,384 features, beside onnxruntime-web and
// TensorFlow.js, both on wasm and one thread: same page, same weights, same inputs; what is found must agree. Ours goes through the public API
// and includes the model that the dictionary sits in (embedding, one attention head of width 1, logits of 61 tokens), the message to the
// worker and back; the others are handed their inputs in the page.

import { FLOAT, INT64, OnnxGraph } from './onnx_file.mjs';
import { modelFolder, randomTensors, safetensors } from './random_model.mjs';
import { tensorflow } from './tensorflow.mjs';
import { byCpuTime, takeTurns, tokenIds } from './timing.mjs';

const [TOKENS, D_IN, D_SAE, K] = [256, 512, 16_384, 32];
const SECONDS = 40;
/** Turns by CPU time, and the runs of each. */
const [CPU_TURNS, CPU_RUNS] = [9, 4];
const GOAL = 1;
/** Largest difference of features relative to the largest feature: the parity budget of the project. */
const TOLERANCE = 1e-4;
const HOOK = 'blocks.0.hook_resid_pre';
const FEATURES = `${HOOK}.hook_sae_acts_post`;
const NAME = `SAE ${D_IN} to ${D_SAE}`;
const CONFIG = {
  format_version: 1, n_layers: 1, d_model: D_IN, n_ctx: TOKENS, n_heads: 1, d_head: 1, d_vocab: 61, attn_only: true,
  normalization_type: 'LN', positional_embedding_type: 'standard', eps: 1e-5,
};

export async function measure(report) {
  const site = new URL('../', import.meta.url);
  const { loadModel } = await import(new URL('v1/glasshouse.js', site).href);
  const model = randomTensors(CONFIG);
  const dictionary = randomDictionary();
  const opened = [];
  const ours = async (backend, architecture) => {
    const handle = await loadModel({ files: modelFolder(CONFIG, model) }, { backend });
    await handle.attachSae({ files: folder(architecture, dictionary) }, { errorTerm: true });
    opened.push(handle);
    return async (turn) => {
      const { topFeatures } = await handle.runWithCache(tokenIds(turn, TOKENS, CONFIG.d_vocab), { topFeatures: [{ hook: FEATURES, k: K }] });
      return topFeatures[FEATURES];
    };
  };

  const candidates = {
    'cpu, ReLU': await ours('cpu', 'standard'),
    'cpu, TopK': await ours('cpu', 'topk'),
    ...(await onnxruntime(site, inputs(model), dictionary)),
    'tfjs-wasm': tfjs(await tensorflow(site), inputs(model), dictionary),
  };
  const gpu = await ours('webgpu', 'standard');
  const expected = await candidates['cpu, ReLU'](0);
  for (const [name, run] of Object.entries({ ...candidates, gpu })) agree(expected, await run(0), name);

  const rows = (times) => {
    for (const [name, time] of Object.entries(times)) {
      const [backend, ...how] = name.split(', ');
      const what = ['encode and top 32', ...how].join(', ');
      report({ where: 'browser', backend, model: NAME, what, tokens: TOKENS, ...time, gflop_per_s: (2 * TOKENS * D_IN * D_SAE) / time.median_ms / 1e6 });
    }
  };
  const times = await takeTurns(candidates, SECONDS);
  const cpu = await byCpuTime(candidates, CPU_TURNS, Object.fromEntries(Object.keys(candidates).map((name) => [name, CPU_RUNS])));
  for (const name of Object.keys(candidates)) times[name].cpu_ms = cpu[name];
  rows(times);
  const others = Object.keys(candidates).filter((name) => !name.startsWith('cpu'));
  for (const name of ['cpu, ReLU', 'cpu, TopK']) {
    const ratio = (statistic) => (times[name][statistic] / Math.min(...others.map((other) => times[other][statistic]))).toFixed(2);
    report(`${NAME}, ${name}: ${ratio('cpu_ms')} of the fastest other's CPU time, ${ratio('median_ms')} of its median by the clock, ${ratio('min_ms')} of its minimum; the goal is at most ${GOAL}.`);
  }
  rows(await takeTurns({ 'webgpu, ReLU': gpu }, 0, 3));
  opened.forEach((handle) => handle.dispose());
}

/** W_enc `[d_in, d_sae]`, W_dec and the biases. */
function randomDictionary() {
  let state = 32;
  const draw = (width) => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32 - 0.5) * width;
  const tensor = (shape, variance) => ({ shape, data: Float32Array.from({ length: shape.reduce((size, extent) => size * extent) }, () => draw(Math.sqrt(12 * variance))) });
  return new Map([
    ['W_enc', tensor([D_IN, D_SAE], 1 / D_IN)],
    // Nobody decodes here.
    ['W_dec', { shape: [D_SAE, D_IN], data: new Float32Array(D_SAE * D_IN) }],
    ['b_enc', tensor([D_SAE], 1e-4)],
    ['b_dec', { shape: [D_IN], data: new Float32Array(D_IN) }],
  ]);
}

/** The folder as SAELens saves it. */
function folder(architecture, dictionary) {
  const config = { architecture, d_in: D_IN, d_sae: D_SAE, apply_b_dec_to_input: false, ...(architecture === 'topk' && { k: K }), metadata: { sae_lens_version: '6.54.12', hook_name: HOOK } };
  return new Map([['cfg.json', new Blob([JSON.stringify(config)])], ['sae_weights.safetensors', safetensors(dictionary)]]);
}

/** What the dictionary reads, turn by turn: embedding and position. From one turn to the next the first row changes. */
function inputs(model) {
  const [table, positions] = ['embed.W_E', 'pos_embed.W_pos'].map((name) => model.get(name).data);
  const x = new Float32Array(TOKENS * D_IN);
  const put = (id, pos) => {
    for (let i = 0; i < D_IN; i += 1) x[pos * D_IN + i] = table[id * D_IN + i] + positions[pos * D_IN + i];
  };
  tokenIds(0, TOKENS, CONFIG.d_vocab).forEach(put);
  return (turn) => {
    put(tokenIds(turn, 1, CONFIG.d_vocab)[0], 0);
    return x;
  };
}

/** The product as Gemm or as MatMul and Add; the ReLU after TopK, where it meets 32 numbers instead of 16,384. */
async function onnxruntime(site, x, dictionary) {
  const ort = await import(new URL('bench-ort/ort.wasm.min.mjs', site).href);
  Object.assign(ort.env, { logLevel: 'error' });
  Object.assign(ort.env.wasm, { wasmPaths: new URL('bench-ort/', site).href, numThreads: 1, simd: true, proxy: false });
  const runs = {};
  for (const product of ['Gemm', 'MatMul']) {
    const graph = new OnnxGraph();
    const [w, b] = ['W_enc', 'b_enc'].map((name) => graph.constant(dictionary.get(name).data, dictionary.get(name).shape));
    const pre = product === 'Gemm' ? graph.node('Gemm', ['x', w, b]) : graph.node('Add', [graph.node('MatMul', ['x', w]), b]);
    const k = graph.constant(BigInt64Array.of(BigInt(K)), [1]);
    const [values, indices] = graph.node('TopK', [pre, k], { axis: -1, largest: 1, sorted: 1 }, '', 2);
    const shape = [TOKENS, K];
    const file = graph.file([['x', FLOAT, [TOKENS, D_IN]]], [['values', FLOAT, shape, graph.node('Relu', [values])], ['indices', INT64, shape, indices]]);
    const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
    runs[`onnxruntime-web, ${product}`] = async (turn) => {
      const answer = await session.run({ x: new ort.Tensor('float32', x(turn), [TOKENS, D_IN]) });
      return { values: answer.values.data, indices: answer.indices.data };
    };
  }
  return runs;
}

function tfjs(tf, x, dictionary) {
  const [w, b] = ['W_enc', 'b_enc'].map((name) => tf.tensor(dictionary.get(name).data, dictionary.get(name).shape));
  return (turn) => {
    const found = tf.tidy(() => {
      const pre = tf.fused.matMul({ a: tf.tensor2d(x(turn), [TOKENS, D_IN]), b: w, bias: b });
      const { values, indices } = tf.topk(pre, K, true);
      return [tf.relu(values), indices];
    });
    const [values, indices] = found.map((tensor) => tensor.dataSync());
    tf.dispose(found);
    return { values, indices };
  };
}

function agree(ours, theirs, what) {
  const largest = ours.values.reduce((max, x) => Math.max(max, x), 0);
  const wrong = ours.values.findIndex((x, i) => !(Math.abs(x - theirs.values[i]) <= TOLERANCE * largest));
  // Features that are nearly equal may change places.
  const elsewhere = ours.indices.reduce((count, index, i) => count + Number(index !== Number(theirs.indices[i])), 0);
  if (wrong >= 0 || ours.values.length !== theirs.values.length || elsewhere > ours.indices.length / 100) {
    throw new Error(`${what}: other features (value ${wrong}, ${elsewhere} indices): this comparison would be of different things.`);
  }
}
