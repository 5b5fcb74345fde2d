// What this machine's one thread of WebAssembly SIMD can do at most: independent products and sums in registers, nothing else.

const LANES = 4;
const ACCUMULATORS = 12;
const REPEATS = 8;

/** `(func (export "run") (param i32))`: as many rounds of acc ← acc · c + d over all accumulators, `REPEATS` times unrolled. @param {boolean} fused by relaxed SIMD's fused multiply-add */
function program(fused) {
  const leb = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)]);
  const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
  const simd = (op) => [0xfd, ...leb(op)];
  const [ADD, MUL, SPLAT, RELAXED_MADD] = [0xe4, 0xe6, 0x13, 0x105];
  const local = (op, index) => [op, ...leb(index)];
  const [c, d] = [1 + ACCUMULATORS, 2 + ACCUMULATORS];
  const splat = (number, to) => [0x43, ...new Uint8Array(new Float32Array([number]).buffer), ...simd(SPLAT), ...local(0x21, to)];
  const round = Array.from({ length: ACCUMULATORS }, (_, i) => [
    ...local(0x20, 1 + i), ...local(0x20, c), ...(fused ? [] : simd(MUL)), ...local(0x20, d), ...simd(fused ? RELAXED_MADD : ADD), ...local(0x21, 1 + i),
  ]).flat();
  const code = [
    ...leb(1), ...leb(ACCUMULATORS + 2), 0x7b, // locals: v128
    ...splat(0.999, c), ...splat(0.001, d),
    0x03, 0x40, // loop
    ...Array.from({ length: REPEATS }, () => round).flat(),
    ...local(0x20, 0), 0x41, 1, 0x6b, ...local(0x22, 0), 0x0d, 0, // n − 1, again unless 0
    0x0b,
    // The sum of all, so that nothing is dropped.
    ...local(0x20, 1), ...Array.from({ length: ACCUMULATORS - 1 }, (_, i) => [...local(0x20, 2 + i), ...simd(ADD)]).flat(),
    ...simd(0x1f), 0, 0x0b,
  ];
  const name = [...new TextEncoder().encode('run')];
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, name.length, ...name, 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** GFLOP/s, the best of several runs; not a number where the browser has no relaxed SIMD. */
export async function simdPeak({ fused = false } = {}) {
  const bytes = program(fused);
  if (!WebAssembly.validate(bytes)) return NaN;
  const { instance } = await WebAssembly.instantiate(bytes);
  const rounds = 200_000;
  const flop = rounds * REPEATS * ACCUMULATORS * 2 * LANES;
  let best = Infinity;
  for (let turn = 0; turn < 60; turn += 1) {
    const start = performance.now();
    instance.exports.run(rounds);
    best = Math.min(best, performance.now() - start);
  }
  return flop / best / 1e6;
}
