// Toy models of superposition on the CPU, against TensorFlow.js's wasm backend: same page, same training (n = 20, m = 5, ten
// instances, batch 1,024, AdamW), fresh samples at every step. Then the phase diagram of 1,024 models.

import { simdPeak } from './simd_peak.mjs';
import { tensorflow } from './tensorflow.mjs';
import { byCpuTime, takeTurns } from './timing.mjs';

const SECONDS = 20;
const GOAL = 12;
const [INSTANCES, N, M, BATCH, RATE, DECAY, DENSITY] = [10, 20, 5, 1024, 1e-3, 0.01, 0.1];
/** Steps of one turn. */
const OURS_AT_ONCE = 20;
/** Turns by CPU time, the runs of each, and the steps of a run of ours. */
const CPU_TURNS = 7;
const CPU_RUNS = { ours: 1, randomUniform: 12, mathRandom: 25 };
const CPU_SLICE = 400;

export async function measure(report) {
  const site = new URL('../', import.meta.url);
  const engine = await import(new URL('v1/toy-engine.js', site).href);
  await engine.default();
  const peak = await simdPeak();

  const importance = Array.from({ length: N }, (_, i) => 0.7 ** i);
  const models = await engine.Superposition.create(settings(N, M, BATCH, Array(INSTANCES).fill(DENSITY), importance), 'cpu');
  const tf = await tensorflow(site);
  const first = {
    ours: (await models.train(1)).loss,
    theirs: theirTraining(tf, importance, 'Math.random')(),
  };
  report(`loss of the first step: ours ${mean(first.ours).toFixed(4)}, TensorFlow.js ${mean(first.theirs).toFixed(4)} (other draws of the same distributions)`);

  const [randomUniform, mathRandom] = [theirTraining(tf, importance, 'tf.randomUniform'), theirTraining(tf, importance, 'Math.random')];
  const times = await takeTurns({ ours: () => models.train(OURS_AT_ONCE), randomUniform, mathRandom }, SECONDS);
  const flop = 10 * N * M * BATCH * INSTANCES;
  const row = (backend, what, { median_ms, min_ms, turns }, steps) => {
    const time = { median_ms: median_ms / steps, min_ms: min_ms / steps, turns };
    report({ where: 'browser', backend, model: `superposition n ${N}, m ${M}, ${INSTANCES} instances`, what, tokens: BATCH, ...time, gflop_per_s: flop / time.median_ms / 1e6 });
    return time;
  };
  const ours = row('cpu', 'training step', times.ours, OURS_AT_ONCE);
  const theirs = [
    row('tfjs-wasm', 'training step, tf.randomUniform', times.randomUniform, 1),
    row('tfjs-wasm', 'training step, samples by Math.random', times.mathRandom, 1),
  ];
  const ratio = (statistic) => (Math.min(...theirs.map((time) => time[statistic])) / ours[statistic]).toFixed(1);
  report(`${ratio('median_ms')} times TensorFlow.js's steps per second by the median, ${ratio('min_ms')} by the minimum; the goal is ${GOAL}.`);
  report(`${(flop / ours.median_ms / 1e6).toFixed(1)} GFLOP/s of the training's products beside drawing its samples; this machine's peak of wasm SIMD is ${peak.toFixed(1)} GFLOP/s.`);
  const cpu = await byCpuTime({ ours: () => models.train(CPU_SLICE), randomUniform, mathRandom }, CPU_TURNS, CPU_RUNS);
  for (const name of ['randomUniform', 'mathRandom']) {
    const ours = cpu.ours / CPU_SLICE;
    report(`by CPU time (median of ${CPU_TURNS} turns) ${(cpu[name] / ours).toFixed(1)} times TensorFlow.js with ${name}: ${ours.toFixed(2)} and ${cpu[name].toFixed(1)} ms a step.`);
  }
  models.free();

  await phaseDiagram(engine, report);
}

/** 32 × 32 models of n = 2, m = 1, 2,000 steps of 256 samples. */
async function phaseDiagram(engine, report) {
  const side = 32;
  const cells = Array.from({ length: side * side }, (_, c) => [0.05 ** (1 - (Math.floor(c / side) + 0.5) / side), 10 ** ((2 * ((c % side) + 0.5)) / side - 1)]);
  const asked = settings(2, 1, 256, cells.map(([density]) => density), [1, 1]);
  cells.forEach(([, importance], c) => { asked.importance[2 * c + 1] = importance; });
  const models = await engine.Superposition.create(asked, 'cpu');
  const [start, before] = [performance.now(), await cpuSeconds()];
  for (let slice = 0; slice < 20; slice += 1) await models.train(100);
  const [ms, cpu] = [performance.now() - start, await cpuSeconds() - before];
  models.free();
  report({
    where: 'browser', backend: 'cpu', model: 'phase diagram, 1,024 models', what: '2,000 steps of 256 samples', tokens: 256, median_ms: ms, min_ms: ms, turns: 1,
    gflop_per_s: (10 * 2 * 256 * 2000 * side * side) / ms / 1e6,
  });
  report(`phase diagram: ${cpu.toFixed(1)} s of CPU time.`);
}

function settings(nFeatures, nHidden, batch, density, importance) {
  return {
    nFeatures, nHidden, batch, density, activation: 'relu', task: 'reconstruct', tied: true, correlation: 'none', samples: 0,
    learningRate: RATE, weightDecay: DECAY, warmup: 0,
    importance: density.flatMap(() => importance),
    seeds: density.map((_, i) => i),
  };
}

/** One step of the same training; returns the mean loss, read back as ours are. */
function theirTraining(tf, importance, source) {
  const sigma = Math.sqrt(2 / (N + M));
  const w = tf.variable(tf.randomNormal([INSTANCES, M, N], 0, sigma));
  const b = tf.variable(tf.zeros([INSTANCES, 1, N]));
  const weights = tf.tensor1d(importance);
  const optimizer = tf.train.adam(RATE, 0.9, 0.999, 1e-8);
  const size = INSTANCES * BATCH * N;
  const numbers = new Float32Array(size);
  const samples = () => {
    if (source === 'Math.random') {
      for (let i = 0; i < size; i += 1) numbers[i] = Math.random() < DENSITY ? Math.random() : 0;
      return tf.tensor3d(numbers, [INSTANCES, BATCH, N]);
    }
    const on = tf.less(tf.randomUniform([INSTANCES, BATCH, N]), DENSITY);
    return tf.where(on, tf.randomUniform([INSTANCES, BATCH, N]), tf.zeros([INSTANCES, BATCH, N]));
  };
  return () => {
    const loss = tf.tidy(() => {
      const x = samples();
      const total = optimizer.minimize(() => {
        const hidden = tf.matMul(x, w, false, true);
        const out = tf.relu(tf.add(tf.matMul(hidden, w), b));
        return tf.sum(tf.mean(tf.mul(tf.square(tf.sub(x, out)), weights), [1, 2]));
      }, true);
      for (const p of [w, b]) p.assign(tf.mul(p, 1 - RATE * DECAY));
      return tf.div(total, INSTANCES);
    });
    const read = loss.dataSync();
    loss.dispose();
    return read;
  };
}

function mean(numbers) {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}
