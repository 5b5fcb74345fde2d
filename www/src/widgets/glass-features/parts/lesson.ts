import { html, type TemplateResult } from 'lit';
import { t } from '../../../words/words.ts';

const SHOULD_SEE: readonly string[] = [
  t`A dozen or a few dozen features fire at a token, out of a thousand or four thousand. Some fire on one word, some on a theme, some on a place in a sentence; many on nothing that has a name.`,
  t`Hold a feature at four times its largest activation, and the tokens that it promotes become likelier than under random directions of the same length. Push further: the loss rises and the text falls apart. Effect and damage grow together.`,
  t`In the larger dictionary one feature of the smaller one is often split into several: look at its nearest neighbours.`,
  t`Cards of the random dictionary and of the untrained network can look as orderly: passages often share a token, because tokens can be told apart in any network. A pretty card proves little; the table of how good the dictionary is proves more. Many features of this model are nearly single neurons: look at its largest decoder entry.`,
];

const NOT_SHOWN: readonly string[] = [
  t`A dictionary is one way to write activations as sums. Another seed or size gives other features; none is “the” list of what the model knows.`,
  t`The reconstruction is not exact. When you push a feature, what the dictionary misses is added back (its error term), so the unpushed model is the model itself.`,
  t`Direct logit effects leave out the division of the final LayerNorm and everything that is not linear.`,
  t`Loss recovered against zero ablation flatters, because zeroing is worse than replacing by the mean: both are shown.`,
  t`Passages are where a feature is strongest. What it does at its many weak activations is not in them.`,
];

const HOW: readonly string[] = [
  t`L0: features above 0 at a token. Explained variance: 1 − Σ‖x − x̂‖² / Σ‖x − mean‖². Loss recovered: (ablated − spliced) / (ablated − clean), loss in nats a token, without error term.`,
  t`PCA: as many principal components as L0. Neurons: as many neurons as L0, those furthest from their mean. Random: random unit decoder rows, encoder trained. Untrained: a dictionary of the same size trained on the network before training.`,
  t`Random direction: Gaussian, as long as the decoder row, added at every token by as much as the feature was moved there. The same random numbers draw all three continuations. 95 %: the 95th percentile of 50 directions.`,
  t`Sampling keeps the keys and values of earlier tokens; only the new token is computed.`,
];

const list = (title: string, items: readonly string[]): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export const lesson = (): TemplateResult => html`<section class="part lesson" aria-label=${t`Lesson`}>
  ${list(t`What you should see`, SHOULD_SEE)} ${list(t`What this does not show`, NOT_SHOWN)} ${list(t`How the numbers are made`, HOW)}
</section>`;
