/** Longer words of the element. */
import { t } from '../../words/words.ts';

export const words = {
  about: t`Features: a sparse dictionary takes a small language model’s activations apart. Type, pick a feature, push it.`,
  text: t`Your text`,
  tokensHint: t`Under each token stand its strongest features. Pick a token, then a feature; the colour is that feature over the whole text.`,
  effect: t`Direct logit effect per unit of activation: decoder row → MLP output → centred, with the gain of the final LayerNorm (not folded into the weights), without its division → unembedding, centred over the vocabulary.`,
  noPassages: t`This folder has no features.json: no held-out passages, histogram or density.`,
  damage: t`Damage: loss on held-out passages while the same push is applied at every token.`,
} as const;
