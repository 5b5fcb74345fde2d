// A sparse autoencoder for the tiny model: what it reads it writes back, positive and negative parts as two features each.
import { writeTensors } from './safetensors.ts';
import type { Stored } from './safetensors.ts';
import { CONFIG, utf8 } from './tiny_model.ts';

/** The files of the folder. */
export function tinySae(): Map<string, Uint8Array<ArrayBuffer>> {
  const d_in = CONFIG.d_mlp;
  const d_sae = 2 * d_in;
  const tensor = (shape: [number, number] | [number], entry: (row: number, column: number) => number): Stored => {
    const [rows, columns] = shape.length === 1 ? [1, shape[0]] : shape;
    return { shape, data: Float32Array.from({ length: rows * columns }, (_, at) => entry(Math.floor(at / columns), at % columns)) };
  };
  // Feature i is coordinate i where it is positive, feature d_in + i where it is negative.
  const sign = (coordinate: number, feature: number) => (feature === coordinate ? 1 : feature === coordinate + d_in ? -1 : 0);
  const weights = new Map([
    ['W_enc', tensor([d_in, d_sae], sign)],
    ['W_dec', tensor([d_sae, d_in], (feature, coordinate) => sign(coordinate, feature))],
    ['b_enc', tensor([d_sae], () => 0)],
    ['b_dec', tensor([d_in], () => 0)],
  ]);
  const config = { architecture: 'standard', d_in, d_sae, metadata: { sae_lens_version: '6.54.12', hook_name: 'blocks.0.mlp.hook_post' } };
  return new Map([
    ['cfg.json', utf8(JSON.stringify(config))],
    ['sae_weights.safetensors', writeTensors(weights)],
  ]);
}
