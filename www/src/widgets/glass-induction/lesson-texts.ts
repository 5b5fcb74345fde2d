/** What the lesson says below its question. */
import { t } from '../../words/words.ts';

export const SHOULD_SEE: readonly string[] = [
  t`The first time a name or a line appears, its tokens are dark: the model is surprised. The second time they are bright. Reading the start of the repeat is enough.`,
  t`In layer 0 one head shows a bright line just below the diagonal: it looks at the previous token. In layer 1 some heads show a bright line further off: from a token they look at what came after its earlier copy. These are induction heads.`,
  t`Switch off the previous-token head of layer 0, and the repeated tokens darken: the induction heads need what it passes on. Switch off another head of layer 0 instead (the control), and less happens. Induction heads stand in for each other, so one alone may hardly be missed: switch off several.`,
  t`The one-layer twin, trained in the same way on the same data, stays dark on the repeat: a head needs the work of an earlier layer to know what came before.`,
];

export const NOT_SHOWN: readonly string[] = [
  t`Attention is not information: a head can look somewhere and carry nothing along. That a head looks like an induction head does not prove that it copies; switching it off is the better evidence.`,
  t`Half of this model’s training data were random tokens, repeated. Without them so small a model does not learn to copy. Large language models learn it from plain text, so do not read the strength of this effect as theirs.`,
  t`Heads stand in for each other. If two heads do the same work, switching one off shows little, although both together matter.`,
  t`Setting a head’s output to zero also takes away its average, which later layers may rely on. The mean instead of zero avoids that, and is only offered where the model folder holds the means.`,
  t`One text is one example. A score on your text says what a head does here, not what it does everywhere.`,
];

export const HOW: readonly string[] = [
  t`A score is the share of a head’s whole attention, summed over all queries, that falls where a head of that kind would look (TransformerLens, head_detector, error_measure "mul", BOS included). A text with few repeats allows only a low induction score; the highest that this text allows stands beside it.`,
  t`Untrained: the mean over the heads of the same layer of the same model before training. Random 95 %: the 95th percentile over 64 heads with random queries and keys of the same norm, at the same place in the trained model. A score is printed bold with ▲ only if it is above both.`,
  t`A head is called by a kind if its score is above both controls and at least 0.4 of the highest that the text allows.`,
  t`Repeated tokens are those whose pair with the token before occurred earlier in the text. Typical probability is the geometric mean; changes are differences of mean log-probability, in nats.`,
  t`Switched off means that the head’s output (hook_z) is replaced by zeros, or by its mean over the model’s data, at every position. The control switches off as many other heads of the same layer in the same way, drawn at random from the seed.`,
];
