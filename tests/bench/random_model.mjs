// A model folder with random weights: it computes what a trained one of its size would, and knows nothing.

/** Tensors of `model.safetensors` in TransformerLens's names and layouts: name → {shape, data}. */
export function randomTensors(config) {
  const { n_layers, d_model, n_heads, d_head, d_mlp, n_ctx, d_vocab } = config;
  let state = 20_261_121;
  // A linear congruential generator (Numerical Recipes), uniform with the variance of 1/fan_in.
  const draw = (width) => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32 - 0.5) * width;
  const tensors = new Map();
  const add = (name, shape, fanIn) => {
    const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    const width = Math.sqrt(12 / fanIn);
    for (let i = 0; i < data.length; i += 1) data[i] = draw(width);
    tensors.set(name, { shape, data });
  };
  const norm = (name) => {
    tensors.set(`${name}.w`, { shape: [d_model], data: new Float32Array(d_model).fill(1) });
    add(`${name}.b`, [d_model], 100);
  };
  add('embed.W_E', [d_vocab, d_model], d_model);
  add('pos_embed.W_pos', [n_ctx, d_model], d_model);
  for (let layer = 0; layer < n_layers; layer += 1) {
    const block = `blocks.${layer}`;
    norm(`${block}.ln1`);
    for (const letter of ['Q', 'K', 'V']) {
      add(`${block}.attn.W_${letter}`, [n_heads, d_model, d_head], d_model);
      add(`${block}.attn.b_${letter}`, [n_heads, d_head], 100);
    }
    add(`${block}.attn.W_O`, [n_heads, d_head, d_model], n_heads * d_head);
    add(`${block}.attn.b_O`, [d_model], 100);
    if (!d_mlp) continue;
    norm(`${block}.ln2`);
    add(`${block}.mlp.W_in`, [d_model, d_mlp], d_model);
    add(`${block}.mlp.b_in`, [d_mlp], 100);
    add(`${block}.mlp.W_out`, [d_mlp, d_model], d_mlp);
    add(`${block}.mlp.b_out`, [d_model], 100);
  }
  norm('ln_final');
  add('unembed.W_U', [d_model, d_vocab], d_model);
  add('unembed.b_U', [d_vocab], 100);
  return tensors;
}

/** The folder, as `loadModel({files})` takes it. */
export function modelFolder(config, tensors) {
  return new Map([
    ['config.json', new Blob([JSON.stringify(config)])],
    ['model.safetensors', safetensors(tensors)],
  ]);
}

/** The safetensors format: an 8-byte header length, a JSON header, then the tensors. */
export function safetensors(tensors) {
  const header = {};
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  let json = JSON.stringify(header);
  json += ' '.repeat((8 - (json.length % 8)) % 8);
  const length = new BigUint64Array([BigInt(json.length)]);
  return new Blob([length, json, ...[...tensors.values()].map(({ data }) => data)]);
}
