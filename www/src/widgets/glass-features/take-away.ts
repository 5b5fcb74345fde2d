/** Every number that is shown, as plain JSON and as tables. */
import type { Model } from '../../api/glasshouse.d.ts';
import type { Table } from '../../base/widget.ts';
import { largestByChance } from './chance.ts';
import { metricTable, nextTokenTable, sweepTable } from './more-tables.ts';
import { featureTable, histogramTable } from './tables.ts';
import { activeAt, meanL0, overText, type More, type View } from './view.ts';

function card(view: View, more: More): object {
  const { card: weights, firing, texts, passages } = view;
  return {
    index: weights.index,
    density: firing?.density ?? null,
    maximum: firing?.maximum ?? null,
    histogram: firing?.histogram ?? null,
    top: firing?.passages.map(({ ids, peak, activation, shades, source }) => ({
      tokens: ids.map((id) => texts.get(id) ?? null), peak, activation, activations: shades.map((share) => share * firing.maximum), source: source && { corpus: source.corpus, title: source.title, author: source.author, licence: source.licence },
    })) ?? [],
    topIs: passages?.label ?? null,
    logitPositive: weights.promoted,
    logitNegative: weights.suppressed,
    neighbours: more.neighbours ?? [],
    neurons: weights.neurons,
    byChance: { nearestCosine: largestByChance(view.width, view.count - 1), largestEntry: largestByChance(view.width, 2 * view.width) },
    decoderNorm: weights.decoderNorm,
    onThisText: overText(view, view.feature),
  };
}

function metrics(view: View): object {
  const { metrics: own, control, tokens, of } = view.evaluation ?? { metrics: null, control: {}, tokens: null, of: null };
  return {
    l0: own?.l0 ?? null, explainedVariance: own?.explainedVariance ?? null, lossRecoveredMean: own?.lossRecoveredMean ?? null,
    lossRecoveredZero: own?.lossRecoveredZero ?? null, dead: own?.dead ?? null, nearAlwaysOn: own?.nearAlwaysOn ?? null, densityHistogram: own?.densityHistogram ?? null,
    control: { pca: null, neurons: null, random: null, untrained: null, ...control },
    are: 'precomputed', tokens, of, l0OnThisText: meanL0(view),
  };
}

function steering({ push, temperature }: View, { steering: found, sweep }: More): object | null {
  return found && {
    feature: push.feature, how: push.how, scale: push.amount, temperature,
    before: found.before, after: found.after, randomControl: found.randomControl, divergence: found.divergence, norm: found.norm,
    damage: sweep && {
      heldOutTokens: sweep.heldOutTokens, unsteered: sweep.unsteered,
      steps: sweep.amounts.map((scale, at) => ({ scale, loss: sweep.loss[at], effect: sweep.effect[at], randomControl: { loss: sweep.randomLoss[at], effect: sweep.randomEffect[at] } })),
    },
  };
}

export function data(view: View, more: More, model: Model, modelAddress: string, saeAddress: string): object {
  const { backend } = view;
  return {
    format: 'glass-features 1',
    units: { activation: 'as the dictionary encodes', logit: 'per unit of activation, before the final norm’s division', density: 'share of tokens, 0 to 1', prob: '0 to 1', loss: 'nats a token', divergence: 'KL, nats', norm: `units of ${view.hook}` },
    settings: { position: view.position, feature: view.feature, how: view.push.how, amount: view.push.amount, temperature: view.temperature, seed: view.seed, directions: more.sizes?.directions.used ?? null, passages: more.sizes?.passages.used ?? null },
    cut: view.cut,
    tokens: view.tokens.map(({ id, text, start, end }) => ({ id, text, start, end })),
    features: view.tokens.flatMap((_, token) => activeAt(view, token).map(({ index, activation }) => ({ token, index, activation }))),
    card: card(view, more),
    metrics: metrics(view),
    steering: steering(view, more),
    model: { address: modelAddress, parameters: model.parameters, config: model.config },
    sae: { address: saeAddress, hook: view.hook, features: view.count },
    backend: backend.kind,
    adapter: backend.adapter,
    selfCheck: backend.selfCheck,
  };
}

export function tables(view: View, more: More): Table[] {
  return [
    featureTable(view), ...(view.firing ? [histogramTable(view)] : []), ...(view.evaluation ? [metricTable(view)] : []),
    ...(more.steering ? [nextTokenTable(view, more)] : []), ...(more.sweep ? [sweepTable(view, more)] : []),
  ];
}
