/** Features of a sparse autoencoder: what they read and write, and what happens when one is pushed. */
import type { CallOptions, NextToken } from './glasshouse.d.ts';

/** What a feature adds to a token's logit. */
export interface TokenEffect {
  id: number;
  /** Null where the model has no tokenizer. */
  text: string | null;
  logit: number;
}

/** One feature by its weights alone, without any text. */
export interface FeatureCard {
  index: number;
  /** Length of its decoder row, in the units of the hook. */
  decoderNorm: number;
  /**
   * Direct logit effect per unit of activation: `W_dec[f]`, carried by what follows its hook into the residual stream, centred where the final norm
   * centres, times that norm's gain, times `W_U`, centred over the vocabulary. The final norm's division is left out: it depends on the text.
   */
  promoted: TokenEffect[];
  suppressed: TokenEffect[];
  /** The largest entries of its unit decoder row: at an MLP's hook these are neurons. */
  neurons: { index: number; weight: number }[];
}

/** Another feature and the cosine of the angle between the two decoder rows. */
export interface FeatureNeighbour {
  index: number;
  cosine: number;
}

/** A feature and how much it promotes a token, as in {@link FeatureCard}. */
export interface FeatureEffect {
  index: number;
  logit: number;
}

/** What is done to a feature at every position: `scale` multiplies its activation, `clamp` sets it. */
export interface Push {
  feature: number;
  how: 'scale' | 'clamp';
  amount: number;
}

export interface SteerOptions extends CallOptions, Push {
  /** The text that is continued, as ids, BOS included. */
  tokens: readonly number[];
  /** How many tokens are sampled. Default 24. */
  length?: number;
  /** Default 0.8; 0 takes the likeliest token. */
  temperature?: number;
  /** Of the samples (the same random numbers for each text) and of the random directions. */
  seed?: number;
  /** Random directions behind `divergence.random`. Default 50. */
  draws?: number;
}

/** A text as it goes on in one of three ways. */
export interface SteeredText {
  /** The likeliest next tokens after the given text. */
  top: NextToken[];
  /** What was sampled. */
  continuation: { id: number; text: string | null }[];
}

/** A pushed feature beside the model as it is, and beside random directions of the same length at the same positions. */
export interface SteerReport {
  before: SteeredText;
  after: SteeredText;
  randomControl: SteeredText;
  /** How far the next-token distribution moved from the unsteered one, KL divergence in nats. */
  divergence: { after: number; random: { mean: number; p95: number; draws: number } };
  /** How much was added along the decoder row at the last position, in the units of the hook. */
  norm: number;
}

export interface SweepOptions extends CallOptions, Omit<Push, 'amount'> {
  amounts: readonly number[];
  tokens: readonly number[];
  /** Texts whose loss tells the damage, as ids, BOS included. */
  heldOut: readonly (readonly number[])[];
  /** Tokens whose probability after `tokens` tells the effect. */
  wanted: readonly number[];
  seed?: number;
}

/** Effect and damage at each amount, of the feature and of one random direction of the same length. */
export interface SweepReport {
  amounts: number[];
  /** Probability of the wanted tokens after the text. */
  effect: number[];
  randomEffect: number[];
  /** Mean loss on the held-out texts, nats per token. */
  loss: number[];
  randomLoss: number[];
  unsteered: { effect: number; loss: number };
  heldOutTokens: number;
}
