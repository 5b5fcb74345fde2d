// The three architectures that the CPU engine is measured on, as config.json of a model folder.

/** A GPT-2-like model: LayerNorm, learned positions, causal attention. */
function config(name, { n_layers, d_model, n_heads, d_mlp, n_ctx, d_vocab }) {
  return {
    name,
    config: {
      format_version: 1,
      n_layers,
      d_model,
      n_ctx,
      n_heads,
      d_head: d_model / n_heads,
      d_vocab,
      ...(d_mlp ? { d_mlp, act_fn: 'gelu' } : { attn_only: true }),
      normalization_type: 'LN',
      positional_embedding_type: 'standard',
      eps: 1e-5,
    },
  };
}

export const SHAPES = [
  config('8 layers, d 128', { n_layers: 8, d_model: 128, n_heads: 8, d_mlp: 512, n_ctx: 59, d_vocab: 61 }),
  config('8 layers, d 512', { n_layers: 8, d_model: 512, n_heads: 8, d_mlp: 2048, n_ctx: 59, d_vocab: 61 }),
  config('2 attention-only layers, d 256, vocabulary 5000', {
    n_layers: 2,
    d_model: 256,
    n_heads: 8,
    d_mlp: 0,
    n_ctx: 256,
    d_vocab: 5000,
  }),
];

/**
 * Floating-point operations of the matrix products of one forward over `tokens` positions, a product and a sum being two.
 * Attention is counted in full, masked keys included, as is usual.
 */
export function flop({ n_layers, d_model, n_heads, d_head, d_mlp = 0, d_vocab, d_vocab_out = d_vocab }, tokens) {
  const attention = 4 * d_model * n_heads * d_head + 2 * tokens * n_heads * d_head;
  return 2 * tokens * (n_layers * (attention + 2 * d_model * d_mlp) + d_model * d_vocab_out);
}
