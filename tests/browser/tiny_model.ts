// A model folder made on the spot: random weights, every byte a token, and a few merges. It computes, it does not know anything.
import { writeTensors } from './safetensors.ts';
import type { Stored } from './safetensors.ts';

/** The merged tokens: ids 256 and on; BOS comes after them. */
const MERGES = ['Ġ t', 'h e', 'Ġt he', 'a n', 'i n'];
export const BOS = 256 + MERGES.length;

export const CONFIG = {
  format_version: 1,
  n_layers: 2,
  d_model: 16,
  n_ctx: 48,
  d_head: 4,
  n_heads: 4,
  d_mlp: 24,
  act_fn: 'gelu',
  d_vocab: BOS + 1,
  normalization_type: 'LN',
  bos_token_id: BOS,
  default_prepend_bos: true,
};

/** The files of the folder. */
export function tinyModel(): Map<string, Uint8Array<ArrayBuffer>> {
  return new Map([
    ['config.json', utf8(JSON.stringify(CONFIG))],
    ['model.safetensors', writeTensors(weights())],
    ['tokenizer.json', utf8(JSON.stringify(tokenizer()))],
    ['means.safetensors', writeTensors(new Map([['blocks.0.attn.hook_z', filled([CONFIG.n_ctx, CONFIG.n_heads, CONFIG.d_head], () => 0.25)]]))],
  ]);
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The tensors of `model.safetensors`, drawn from a fixed seed. */
export function weights(): Map<string, Stored> {
  const { n_layers, d_model, n_ctx, d_head, n_heads, d_mlp, d_vocab } = CONFIG;
  let state = 20_251_121;
  // A linear congruential generator (Numerical Recipes) is random enough for weights that mean nothing.
  const draw = () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32 - 0.5) * 0.8;
  const tensors = new Map<string, Stored>();
  const add = (name: string, ...shape: number[]) => tensors.set(name, filled(shape, draw));
  add('embed.W_E', d_vocab, d_model);
  add('pos_embed.W_pos', n_ctx, d_model);
  for (let layer = 0; layer < n_layers; layer += 1) {
    const block = `blocks.${layer}.`;
    for (const ln of ['ln1', 'ln2']) {
      tensors.set(`${block}${ln}.w`, filled([d_model], () => 1));
      add(`${block}${ln}.b`, d_model);
    }
    for (const letter of ['Q', 'K', 'V']) {
      add(`${block}attn.W_${letter}`, n_heads, d_model, d_head);
      add(`${block}attn.b_${letter}`, n_heads, d_head);
    }
    add(`${block}attn.W_O`, n_heads, d_head, d_model);
    add(`${block}attn.b_O`, d_model);
    add(`${block}mlp.W_in`, d_model, d_mlp);
    add(`${block}mlp.b_in`, d_mlp);
    add(`${block}mlp.W_out`, d_mlp, d_model);
    add(`${block}mlp.b_out`, d_model);
  }
  tensors.set('ln_final.w', filled([d_model], () => 1));
  add('ln_final.b', d_model);
  add('unembed.W_U', d_model, d_vocab);
  add('unembed.b_U', d_vocab);
  return tensors;
}

function filled(shape: number[], draw: () => number): Stored {
  return { shape, data: Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, draw) };
}

/** Byte-level BPE in the Hugging Face format. */
function tokenizer(): object {
  const vocab: Record<string, number> = {};
  byteLetters().forEach((letter, byte) => (vocab[letter] = byte));
  MERGES.forEach((merge, index) => (vocab[merge.replace(' ', '')] = 256 + index));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [{ id: BOS, content: '<|endoftext|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab, merges: MERGES,
    },
  };
}

/** GPT-2's printable letter for each byte: itself where it is one, else one from U+0100 on, in order. */
function byteLetters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : next++);
  });
}
