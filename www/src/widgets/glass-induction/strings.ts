/** Names and sentences that stand in more than one place. */
import { t } from '../../words/words.ts';
import type { Kind } from './view.ts';

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  previousToken: t`previous-token`,
  duplicateToken: t`duplicate-token`,
  induction: t`induction`,
};

/** Where there is little room. */
export const KIND_SHORT: Readonly<Record<Kind, string>> = { previousToken: t`previous`, duplicateToken: t`duplicate`, induction: t`induction` };

export const KIND_HEADS: Readonly<Record<Kind, string>> = {
  previousToken: t`previous-token head`,
  duplicateToken: t`duplicate-token head`,
  induction: t`induction head`,
};

export const KIND_MEANINGS: Readonly<Record<Kind, string>> = {
  previousToken: t`looks at the token just before`,
  duplicateToken: t`looks at earlier copies of the same token`,
  induction: t`looks at what followed an earlier copy of the same token`,
};

/** What may be done with a head. */
export const SWITCH = { on: t`on`, zero: t`off (zero)`, mean: t`off (mean)` } as const;

export const words = {
  about: t`Attention heads of a small transformer on your own text: which of them are induction heads, and what one of them does for the prediction.`,
  textLabel: t`Type or paste any text`,
  examples: t`Examples`,
  random: t`Random tokens, repeated`,
  newRandom: t`Draw others`,
  stripTitle: t`How well did the model see each token coming?`,
  stripHint: t`Colour: the probability that the model gave to a token before reading it. Point at a token to see where the chosen head looks from it (orange) and from where it is looked at (dashed); click to keep it.`,
  headsTitle: t`Where does each head look?`,
  headsHint: t`One small picture per attention head, named layer.head. Point at one to see it large; click to keep it.`,
  queryAxis: t`query: the token that looks`,
  keyAxis: t`key: the token looked at`,
  attentionScale: t`attention`,
  probabilityScale: t`probability`,
  tableTitle: t`Every head beside its controls`,
  noRepeat: t`Nothing repeats in this text, so there is nothing to copy.`,
} as const;
