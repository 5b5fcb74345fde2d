// What the page asks about sparse autoencoders, and what the worker answers.
import type { SaeConfig } from '../api/glasshouse.d.ts';
import type { Source } from './protocol.ts';

/** `sae` is the number that the page gave to the SAE. */
export type SaeAsk =
  | { kind: 'attachSae'; model: number; sae: number; source: Source }
  | { kind: 'detachSae'; model: number; sae: number };

export const isSaeAsk = (ask: { kind: string }): ask is SaeAsk => ask.kind === 'attachSae' || ask.kind === 'detachSae';

/** An SAE of the model, as one run uses it. */
export interface UsedSae {
  sae: number;
  errorTerm: boolean;
}

export interface AttachedSaeDescription {
  config: SaeConfig;
  hook: string;
  hooks: string[];
}

export interface SaeAnswers {
  attachSae: AttachedSaeDescription;
  detachSae: null;
}
