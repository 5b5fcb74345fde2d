/** From attributes to a question for the engine: parsing and checking, no DOM. */
import { GlasshouseError } from '../../api/error.ts';
import { refuseOther } from '../../api/nearest.ts';
import type { Ablation, ModelConfig } from '../../api/glasshouse.d.ts';
import { distinct, seeded } from '../../base/random.ts';

export interface HeadName {
  readonly layer: number;
  readonly head: number;
}

const HOWS = ['zero', 'mean'] as const;

export const same = (a: HeadName, b: HeadName): boolean => a.layer === b.layer && a.head === b.head;
export const headName = ({ layer, head }: HeadName): string => `${layer}.${head}`;

const bad = (message: string): GlasshouseError => new GlasshouseError('bad-input', message);

/** `"0.3:zero,1.2:mean"`, heads as layer.head; without a word after it a head's output is set to zero. */
export function parseAblations(text: string, config: ModelConfig): Ablation[] {
  const ablations: Ablation[] = [];
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const [, layer, head, how = 'zero'] = /^(\d+)\.(\d+)(?::(.*))?$/.exec(part) ?? [];
    if (layer === undefined || head === undefined) throw bad(`ablate="${part}" is not of the form layer.head:zero or layer.head:mean.`);
    const ablation = { layer: Number(layer), head: Number(head), how: refuseOther('ablate', how, HOWS) };
    checkHead(ablation, config);
    if (!ablations.some((other) => same(other, ablation))) ablations.push(ablation);
  }
  return ablations.sort((a, b) => a.layer - b.layer || a.head - b.head);
}

export const formatAblations = (ablations: readonly Ablation[]): string =>
  ablations.map((ablation) => `${headName(ablation)}:${ablation.how}`).join(',');

/** Whether such a head exists; else an error that says which do. */
export function checkHead({ layer, head }: HeadName, config: ModelConfig): void {
  const { n_layers, n_heads } = config;
  if (layer >= 0 && layer < n_layers && head >= 0 && head < n_heads && Number.isInteger(layer + head)) return;
  throw bad(`There is no head ${layer}.${head}: the model has layers 0 to ${n_layers - 1} with heads 0 to ${n_heads - 1}.`);
}

/** `"12 7 12 7"` as token ids. */
export function parseIds(text: string, config: ModelConfig): number[] {
  return text.split(/[\s,]+/).filter((word) => word !== '').map((word) => {
    const id = /^\d+$/.test(word) ? Number(word) : Number.NaN;
    if (id < config.d_vocab) return id;
    throw bad(`tokens="${word}" is no token id: ids are whole numbers from 0 to ${config.d_vocab - 1}.`);
  });
}

export const prependsBos = ({ bos_token_id, default_prepend_bos }: ModelConfig): boolean =>
  bos_token_id !== undefined && default_prepend_bos !== false;

/** `count` different token ids, drawn from the whole vocabulary and then repeated once. */
export function repeatedRandomIds(seed: number, count: number, config: ModelConfig): number[] {
  const ids = distinct(seed, count, config.d_vocab, (id) => id !== config.bos_token_id);
  return [...ids, ...ids];
}

/**
 * The control of a switched-off head: as many other heads of the same layer, drawn at random and switched off the same way.
 * Null where a layer has no other heads.
 */
export function controlAblations(ablations: readonly Ablation[], seed: number, heads: number): Ablation[] | null {
  const draw = seeded(seed);
  const control: Ablation[] = [];
  for (const { layer, how } of ablations) {
    const free = Array.from({ length: heads }, (_, head) => ({ layer, head, how })).filter(
      (candidate) => ![...ablations, ...control].some((taken) => same(taken, candidate)),
    );
    const picked = free[draw(free.length)];
    if (!picked) return null;
    control.push(picked);
  }
  return control.length > 0 ? control : null;
}
