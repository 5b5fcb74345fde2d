// A small model that reads Othello moves, and probes that fit it: random weights. It computes, it does not know anything.
import { crc32 } from 'node:zlib';
import { writeTensors, type Stored } from './safetensors.ts';
import { utf8 } from './tiny_model.ts';

export const OTHELLO = {
  format_version: 1, model_name: 'tiny-othello', n_layers: 2, d_model: 16, n_ctx: 59, d_head: 4, n_heads: 4, d_mlp: 24, act_fn: 'gelu',
  d_vocab: 61, d_vocab_out: 61, normalization_type: 'LN', default_prepend_bos: false,
};

const FRAMES = ['mine-theirs', 'black-white'];
const PLIES = 60;

/** Numbers in −0.4…0.4 from a fixed seed. */
function drawn(seed: number): (...shape: number[]) => Stored {
  let state = seed;
  const draw = () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32 - 0.5) * 0.8;
  return (...shape) => ({ shape, data: Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, draw) });
}

export function othelloModel(): Map<string, Uint8Array<ArrayBuffer>> {
  const { n_layers, d_model, n_ctx, d_head, n_heads, d_mlp, d_vocab } = OTHELLO;
  const random = drawn(4);
  const tensors = new Map<string, Stored>([['embed.W_E', random(d_vocab, d_model)], ['pos_embed.W_pos', random(n_ctx, d_model)]]);
  for (let layer = 0; layer < n_layers; layer += 1) {
    const block = `blocks.${layer}.`;
    for (const letter of ['Q', 'K', 'V']) tensors.set(`${block}attn.W_${letter}`, random(n_heads, d_model, d_head));
    tensors.set(`${block}attn.W_O`, random(n_heads, d_head, d_model));
    tensors.set(`${block}mlp.W_in`, random(d_model, d_mlp));
    tensors.set(`${block}mlp.W_out`, random(d_mlp, d_model));
    for (const ln of ['ln1', 'ln2']) tensors.set(`${block}${ln}.w`, { shape: [d_model], data: new Float32Array(d_model).fill(1) });
  }
  tensors.set('ln_final.w', { shape: [d_model], data: new Float32Array(d_model).fill(1) });
  tensors.set('unembed.W_U', random(d_model, d_vocab));
  return new Map([['config.json', utf8(JSON.stringify(OTHELLO))], ['model.safetensors', writeTensors(tensors)]]);
}

/** The probes' tensors, for tests that compute what is read. */
export function probeTensors(): Map<string, Stored> {
  const random = drawn(9);
  const tensors = new Map<string, Stored>();
  for (const frame of FRAMES.map((name) => name.replace('-', '_'))) {
    for (let layer = 0; layer <= OTHELLO.n_layers; layer += 1) {
      for (const source of ['probe', 'untrained']) {
        tensors.set(`${source}.${frame}.${layer}.weight`, random(OTHELLO.d_model, 64, 3));
        tensors.set(`${source}.${frame}.${layer}.bias`, random(64, 3));
      }
    }
    tensors.set(`bag_of_moves.${frame}.weight`, random(3 * 64 + PLIES, 64, 3));
    tensors.set(`bag_of_moves.${frame}.bias`, random(64, 3));
    const majority = new Float32Array(PLIES * 64 * 3).fill(1 / 3);
    tensors.set(`majority.${frame}`, { shape: [PLIES, 64, 3], data: majority });
  }
  return tensors;
}

export function othelloProbes(change: Record<string, unknown> = {}): Map<string, Uint8Array<ArrayBuffer>> {
  const weights = othelloModel().get('model.safetensors')!;
  const hooks = ['blocks.0.hook_resid_pre', 'blocks.0.hook_resid_post', 'blocks.1.hook_resid_post'];
  const config = {
    format_version: 1, kind: 'board-probes', model: OTHELLO.model_name, model_crc32: crc32(weights).toString(16).padStart(8, '0'),
    d_model: OTHELLO.d_model, n_layers: OTHELLO.n_layers, board: 8, frames: FRAMES, hooks, untrained_seed: 0, ...change,
  };
  const scores = (all: number) => ({ all, non_empty: all - 0.1, balanced: all - 0.05 });
  const accuracy = {
    format_version: 1, games_fitted: 30, games_held_out: 20,
    layers: FRAMES.flatMap((frame, index) => hooks.map((_, layer) =>
      ({ layer, frame, probe: scores(0.7 + 0.1 * layer * (1 - index)), untrained: scores(0.6), shuffled: scores(0.5), two_layer: scores(0.9) }))),
    controls: Object.fromEntries(FRAMES.map((frame) => [frame, { bag_of_moves: scores(0.87), majority: scores(0.54), majority_per_ply: scores(0.62), owner: scores(0.8) }])),
  };
  const row = (layers: number[]) => ({ layers, scale: 0.2, edited: 2 - layers.length, without_errors: 0.25, random: { mean: 3, p95: 4 }, unrelated: 3.5 });
  const beliefs = { format_version: 1, cases: 200, draws: 50, before: 2.5, truth: 0.5, rows: [row([0]), row([1]), row([2]), row([1, 2])] };
  return new Map([
    ['config.json', utf8(JSON.stringify(config))], ['model.safetensors', writeTensors(probeTensors())],
    ['accuracy.json', utf8(JSON.stringify(accuracy))], ['interventions.json', utf8(JSON.stringify(beliefs))],
  ]);
}
