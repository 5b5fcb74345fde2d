/** How fast is this machine: one forward pass of each shipped model with all its attention patterns, timed in turns. */
import type { Model, ModelConfig } from '../../api/glasshouse.d.ts';

export interface Candidate {
  readonly name: string;
  readonly model: Model;
}

export interface Timing {
  readonly name: string;
  readonly backend: 'webgpu' | 'cpu';
  readonly tokens: number;
  /** Sorted, in ms. */
  readonly times: readonly number[];
  readonly gflopPerSecond: number;
}

const WARM_UP_TURNS = 2;
const LEAST_TURNS = 5;
const MOST_TURNS = 25;
/** For all candidates together. */
const SECONDS = 6;

/**
 * Floating-point operations of the matrix products of one forward pass over `tokens` positions, a product and a sum being two. Attention is
 * counted in full, masked keys included, as is usual.
 */
export function flop({ n_layers, d_model, n_heads, d_head, d_vocab, d_vocab_out = d_vocab, attn_only, d_mlp }: ModelConfig, tokens: number): number {
  const neurons = attn_only === true ? 0 : typeof d_mlp === 'number' ? d_mlp : 4 * d_model;
  const attention = 4 * d_model * n_heads * d_head + 2 * tokens * n_heads * d_head;
  return 2 * tokens * (n_layers * (attention + 2 * d_model * neurons) + d_model * d_vocab_out);
}

/** Token ids of one turn. The first differs from turn to turn, so that nothing is taken over from the turn before. */
export const tokenIds = (turn: number, tokens: number, d_vocab: number): number[] =>
  Array.from({ length: tokens }, (_, at) => (at === 0 ? turn : 7 * at + 3) % d_vocab);

export const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;

/** All candidates take turns, so that what disturbs one disturbs all. `report` hears of every turn. */
export async function timeInTurns(candidates: readonly Candidate[], signal: AbortSignal, report: (timings: Timing[]) => void): Promise<void> {
  const times = candidates.map((): number[] => []);
  let end = Infinity;
  for (let turn = 0; turn < MOST_TURNS && (turn < WARM_UP_TURNS + LEAST_TURNS || performance.now() < end); turn += 1) {
    if (turn === WARM_UP_TURNS) end = performance.now() + 1000 * SECONDS;
    for (const [at, { model }] of candidates.entries()) {
      const { n_ctx, d_vocab } = model.config;
      const start = performance.now();
      await model.runWithCache(tokenIds(turn, n_ctx, d_vocab), { hooks: ['blocks.*.attn.hook_pattern'], signal });
      if (turn >= WARM_UP_TURNS) times[at]?.push(performance.now() - start);
    }
    if (turn >= WARM_UP_TURNS) report(candidates.map((candidate, at) => timing(candidate, times[at] ?? [])));
  }
}

function timing({ name, model }: Candidate, times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const tokens = model.config.n_ctx;
  return { name, backend: model.backend.kind, tokens, times: sorted, gflopPerSecond: flop(model.config, tokens) / median(sorted) / 1e6 };
}
