/** What the lesson says of each view, and of how its numbers are made. */
import { t } from '../../words/words.ts';
import type { ViewName } from './presets.ts';

export const SHOULD_SEE: Readonly<Record<ViewName, readonly string[]>> = {
  geometry: [
    t`Each arrow is one feature: where the model writes it in its hidden dimensions. Short arrows are features that it has given up.`,
    t`When features are rare, five of them fit into two dimensions, as a regular pentagon: neighbours disturb each other a little, and the ReLU and a negative bias cut most of it off.`,
    t`The same settings with another seed may end elsewhere: about one seed in five (14 of the first 64) misses the pentagon and keeps two antipodal pairs with a weak fifth feature, at a higher loss. Compare the small pictures.`,
    t`Set the density to 1 (features always on): only as many features as dimensions are kept, the most important ones, at right angles.`,
  ],
  sweep: [
    t`At the left (features always on) every stored feature has a dimension of its own: D* is 1, as in the linear twin.`,
    t`Further right there is a plateau at one half: features are stored as antipodal pairs, two to a dimension. Then D* falls further.`,
    t`The dots gather on the lines of regular figures (1/2, 2/5, 3/8 …), and not where random directions would lie.`,
  ],
  phase: [
    t`Three regions: where the last feature matters little it is dropped, where it matters a lot it gets a dimension of its own, and where features are sparse it is stored in superposition.`,
    t`The regions have sharp borders, which lie where the best possible model changes (black line). Single cells on the wrong side are local minima or models that are not done.`,
  ],
  interference: [
    t`With one feature on, its neighbours light up a little before the bias; bias and ReLU cut that off. This is interference while the others are off, and its expected cost grows like p.`,
    t`With two neighbours on, they disturb each other where both are wanted, and no ReLU can help. Its expected cost grows like p²: it becomes negligible when features are rare.`,
  ],
};

export const NOT_SHOWN: Readonly<Record<ViewName, readonly string[]>> = {
  geometry: [
    t`Features are given here, independent and equally likely; in a real network nobody hands them to us, and importance is not frequency: it is only a weight in the loss.`,
    t`Superposition is not the same as neurons with several meanings: this hidden layer has no preferred axes, and every rotation of the picture is as good.`,
    t`A named figure says that the arrows are near it, within the tolerance that stands below; it does not say that this is the best possible model.`,
  ],
  sweep: [
    t`At density 1 with equal importance any rotation is best: then D* is 1, but no feature has a dimension of its own (D of each is about m/n).`,
    t`D* counts dimensions by the squared lengths of the arrows; it says nothing on how well each feature is read back.`,
  ],
  phase: [
    t`The black line belongs to the best model of this size, found by searching its parameters; training need not find it.`,
    t`Two or three features are not a theory of large models. That there are sharp phases is what carries over, not where they lie.`,
  ],
  interference: [t`The costs are expectations over the training distribution, with features independent. One input by hand is one example.`],
};

export const HOW: readonly string[] = [
  t`x′ = ReLU(WᵀW x + b). Each feature is 0 with probability S = 1 − p, else uniform between 0 and 1. The loss is Σᵢ Iᵢ (xᵢ − x′ᵢ)² / n, averaged over the batch.`,
  t`A feature counts as stored if its vector is longer than 0.5. Dimensionality: Dᵢ = |Wᵢ|² / Σⱼ (Ŵᵢ · Wⱼ)². Superposition of i: Σ over j ≠ i of (Ŵᵢ · Wⱼ)². Dimensions per feature: D* = m / ‖W‖².`,
  t`Regular figures have exact values: own dimension 1, tetrahedron 3/4, triangle 2/3, antipodal pair 1/2, pentagon 2/5, square antiprism 3/8. A figure is named where the stored features of a group fit it, both in dimensionality (within 0.04) and in the cosines between them (within 0.15); features share dimensions where their cosine is beyond ±0.2.`,
  t`By chance: the same numbers for unit vectors in random directions. Best linear model: the principal components, which a model without a ReLU can reach at best, at any sparsity. Where |x| is computed: two neurons for each of the most important features, the others dropped. Untrained: the same model at step 0.`,
  t`The losses that are written out were measured on 8,192 fresh samples that no training step saw; the curve shows the batches. In the phase diagram they are exact expectations. Correlated pairs share one on/off draw; of anticorrelated pairs each member is on with p/2 and never both.`,
  t`All random numbers are counted (Threefry and Philox 4×32): the same seed gives the same samples on every machine, on the CPU and on WebGPU.`,
];
