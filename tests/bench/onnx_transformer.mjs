// The same architecture and weights as an ONNX graph, written the two ways in which onnxruntime runs it best.

import { FLOAT, Float32, INT64, OnnxGraph } from './onnx_file.mjs';

const MICROSOFT = 'com.microsoft';

/** `[head, d_model, d_head]` of Q, K and V side by side: `[d_model, 3·head·d_head]`. */
function joinedProjections({ n_heads, d_model, d_head }, [q, k, v]) {
  const inner = n_heads * d_head;
  const joined = new Float32Array(d_model * 3 * inner);
  [q, k, v].forEach(({ data }, part) => {
    for (let head = 0; head < n_heads; head += 1) {
      for (let row = 0; row < d_model; row += 1) {
        const from = (head * d_model + row) * d_head;
        joined.set(data.subarray(from, from + d_head), row * 3 * inner + part * inner + head * d_head);
      }
    }
  });
  return joined;
}

/**
 * The file of a graph `ids [1, tokens]` → `logits [1, tokens, d_vocab]`. `attention` is `fused` (onnxruntime's own
 * Attention operator) or `plain` (standard operators, dense layers as Gemm).
 */
export function onnxTransformer(config, tensors, tokens, attention) {
  const { n_layers, d_model, n_heads, d_head, d_mlp, d_vocab, eps } = config;
  const inner = n_heads * d_head;
  const graph = new OnnxGraph();
  const weight = (name, shape) => {
    const tensor = tensors.get(name);
    return graph.constant(tensor.data, shape ?? tensor.shape);
  };
  const shapeOf = (...extents) => graph.constant(BigInt64Array.from(extents, BigInt), [extents.length]);
  const norm = (x, name) => {
    const attributes = { axis: -1, epsilon: new Float32(eps) };
    return graph.node('LayerNormalization', [x, weight(`${name}.w`), weight(`${name}.b`)], attributes);
  };
  const dense = (x, w, b) =>
    attention === 'fused' ? graph.node('Add', [graph.node('MatMul', [x, w]), b]) : graph.node('Gemm', [x, w, b]);

  const fusedAttention = (x, w, b) =>
    graph.node('Attention', [x, w, b], { num_heads: n_heads, unidirectional: 1 }, MICROSOFT);

  const splitHeads = shapeOf(tokens, n_heads, d_head);
  const joinHeads = shapeOf(tokens, inner);
  const thirds = shapeOf(inner, inner, inner);
  const scale = graph.constant(Float32Array.of(1 / Math.sqrt(d_head)), []);
  const masked = Float32Array.from({ length: tokens * tokens }, (_, i) => (i % tokens > Math.floor(i / tokens) ? -1e9 : 0));
  const mask = graph.constant(masked, [1, tokens, tokens]);
  const plainAttention = (x, w, b) => {
    const parts = graph.node('Split', [dense(x, w, b), thirds], { axis: -1 }, '', 3);
    const turned = (part, perm) => graph.node('Transpose', [graph.node('Reshape', [part, splitHeads])], { perm });
    const [q, k, v] = [turned(parts[0], [1, 0, 2]), turned(parts[1], [1, 2, 0]), turned(parts[2], [1, 0, 2])];
    const scores = graph.node('Add', [graph.node('Mul', [graph.node('MatMul', [q, k]), scale]), mask]);
    const pattern = graph.node('Softmax', [scores], { axis: -1 });
    const z = graph.node('Transpose', [graph.node('MatMul', [pattern, v])], { perm: [1, 0, 2] });
    return graph.node('Reshape', [z, joinHeads]);
  };

  let x = graph.node('Gather', [weight('embed.W_E'), 'ids'], { axis: 0 });
  if (attention === 'plain') x = graph.node('Reshape', [x, shapeOf(tokens, d_model)]);
  const positions = tensors.get('pos_embed.W_pos').data.subarray(0, tokens * d_model);
  x = graph.node('Add', [x, graph.constant(positions, [tokens, d_model])]);
  for (let layer = 0; layer < n_layers; layer += 1) {
    const block = `blocks.${layer}`;
    const letters = ['Q', 'K', 'V'];
    const w = joinedProjections(config, letters.map((letter) => tensors.get(`${block}.attn.W_${letter}`)));
    const b = Float32Array.from(letters.flatMap((letter) => [...tensors.get(`${block}.attn.b_${letter}`).data]));
    const projection = [graph.constant(w, [d_model, 3 * inner]), graph.constant(b, [3 * inner])];
    const normalized = norm(x, `${block}.ln1`);
    const z = attention === 'fused' ? fusedAttention(normalized, ...projection) : plainAttention(normalized, ...projection);
    const attnOut = dense(z, weight(`${block}.attn.W_O`, [inner, d_model]), weight(`${block}.attn.b_O`));
    x = graph.node('Add', [x, attnOut]);
    if (!d_mlp) continue;
    const pre = dense(norm(x, `${block}.ln2`), weight(`${block}.mlp.W_in`), weight(`${block}.mlp.b_in`));
    const post = graph.node('Gelu', [pre]);
    x = graph.node('Add', [x, dense(post, weight(`${block}.mlp.W_out`), weight(`${block}.mlp.b_out`))]);
  }
  const logits = dense(norm(x, 'ln_final'), weight('unembed.W_U'), weight('unembed.b_U'));
  const outputShape = attention === 'plain' ? [tokens, d_vocab] : [1, tokens, d_vocab];
  return graph.file([['ids', INT64, [1, tokens]]], [['logits', FLOAT, outputShape, logits]]);
}
