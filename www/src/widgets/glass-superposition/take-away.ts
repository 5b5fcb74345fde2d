/** What a reader takes along: every number that is shown, as JSON and as tables. */
import type { Table } from '../../base/widget.ts';
import type { Interference, Outcome } from '../../engine/superposition.d.ts';
import { geometryName } from '../../marks/polytopes.ts';
import { t } from '../../words/words.ts';
import type { Plan } from './settings.ts';
import { OUTCOME_NAMES } from './strings.ts';
import { agreed, cellLossOf, exactDimensionality, median, nearBest, outcomes, report, tally, unsharedName, type Shot } from './view.ts';

/** 32-bit numbers as the shortest text that means them: 0.05, not 0.05000000074505806. */
const short = (value: number): number => Number(value.toPrecision(7));
const finite = (value: number | null | undefined): number | null => (value !== null && value !== undefined && Number.isFinite(value) ? value : null);

/** `[feature]` where all instances have the same, else `[instance][feature]`. */
function importance({ settings, instances, grid }: Plan): number[] | number[][] {
  const { nFeatures: n } = settings;
  const of = (instance: number) => [...settings.importance.subarray(instance * n, (instance + 1) * n)].map(short);
  return grid ? Array.from({ length: instances }, (_, instance) => of(instance)) : of(0);
}

function settingsOf(plan: Plan, kind: string): object {
  const { settings, recipe, steps, seed, view, preset, grid, instances } = plan;
  return {
    view, preset: preset.id, n: settings.nFeatures, m: settings.nHidden, nFeatures: settings.nFeatures, nHidden: settings.nHidden,
    task: settings.task, activation: settings.activation, tied: settings.tied, correlation: settings.correlation, samples: settings.samples,
    instances, starts: settings.starts, density: [...settings.density].map(short), sparsity: [...settings.density].map((p) => short(1 - short(p))),
    importance: importance(plan),
    optimiser: { name: 'AdamW', learningRate: recipe.learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: recipe.weightDecay, warmup: settings.warmup },
    batch: settings.batch, steps, seed, seeds: [...settings.seeds], grid: grid && { size: grid.size, density: grid.density, importance: grid.importance },
    backend: kind,
  };
}

/** Losses are importance-weighted squared errors, averaged over samples and features. */
export function data(shot: Shot, chosen: number, effects: Interference | null, x: readonly number[]): object {
  const { plan, description, controls, untrained, exact } = shot;
  const { grid } = plan;
  const found = outcomes(shot);
  const right = agreed(shot);
  return {
    format: 'glass-superposition 1',
    units: {
      loss: 'importance-weighted squared error, mean over samples and features', sparsity: 'probability that a feature is 0', W: '[hidden][feature]',
      dimensionality: '|W_i|^2 / sum_j (What_i . W_j)^2', superposition: 'sum over j != i of (What_i . W_j)^2', dimensionsPerFeature: 'm / |W|_F^2',
      ...(grid ? { 'grid.loss': 'exact expectation where training stands still, else of the last batches', agreement: 'share of the cells more than one cell from the exact boundary whose model has the exact outcome, 0 to 1' } : {}),
    },
    settings: settingsOf(plan, description.backend.kind),
    notes: [...plan.changes.map(({ attribute, given, used }) => `${attribute} ${given} was set to ${used}.`), ...(plan.size ? [`${plan.grid ? 'grid' : 'instances'}: ${plan.size.used} of ${plan.size.full}, which suits this machine.`] : []), ...description.notes],
    backend: description.backend.kind,
    adapter: description.backend.adapter,
    selfCheck: description.backend.selfCheck,
    step: shot.report.step,
    heldOutSamples: shot.report.samples,
    instances: shot.report.instances.map((instance) => ({
      sparsity: short(1 - short(instance.density)), density: short(instance.density), seed: instance.seed, start: instance.start, loss: finite(instance.loss),
      W: instance.W, ...(instance.W2 ? { W2: instance.W2 } : {}), b: instance.b, norms: instance.norms, dimensionality: instance.dimensionality,
      superposition: instance.superposition, frobeniusSq: instance.frobeniusSq, dimensionsPerFeature: finite(instance.dimensionsPerFeature),
      represented: instance.represented, geometry: instance.geometry, groups: instance.groups, diverged: instance.diverged,
      ...(instance.expectedLoss === undefined ? {} : { expectedLoss: finite(instance.expectedLoss) }),
    })),
    chosenInstance: chosen,
    tally: tally(shot.report.instances),
    control: {
      random: controls.random,
      // Principal components reconstruct; |x| takes a pair of neurons for each feature.
      linear: plan.settings.task === 'reconstruct' ? { models: controls.linear } : null,
      ...(plan.settings.task === 'absolute' ? { neuronPairs: { models: controls.linear } } : {}),
      exact: { ...controls.exact, nothingStored: controls.nothingStored },
      untrained: untrained.instances.map(({ loss, dimensionsPerFeature, frobeniusSq, represented }) => ({ loss: finite(loss), dimensionsPerFeature: finite(dimensionsPerFeature), frobeniusSq, represented })),
    },
    ...(plan.view === 'interference' && effects ? { interference: { input: x, ...effects } } : {}),
    ...(grid ? {
      grid: gridRows(shot).map(({ density, importance: weight, cell }) => ({
        sparsity: short(1 - density), density, importance: weight, outcome: found?.[cell] ?? null, exactOutcome: exact?.outcome[cell] ?? null,
        loss: finite(cellLossOf(shot, cell)), exactLoss: finite(exact?.loss[cell]), seed: plan.settings.seeds[cell],
      })),
      agreement: finite(right?.awayFromBoundary),
      agreementOfAllCells: finite(right?.all),
      withinFivePercentOfBestLoss: finite(nearBest(shot)),
      cellsAwayFromBoundary: right?.cellsAway ?? null,
    } : {}),
  };
}

export function featureTable(shot: Shot, chosen: number): Table {
  const instance = report(shot, chosen);
  const { random } = shot.controls;
  return {
    name: t`Features of model ${chosen + 1}`,
    rows: [
      [t`feature`, t`length`, t`bias`, t`dimensionality`, t`exact`, t`by chance`, t`by chance 95 %`, t`superposition`, t`superposition by chance`, t`shares with`, ...instance.W.map((_, hidden) => `W ${hidden + 1}`)],
      ...instance.norms.map((norm, feature) => {
        const group = instance.groups.find(({ features }) => features.includes(feature));
        return [
          feature + 1, norm, instance.b[feature] ?? null, instance.dimensionality[feature] ?? null, exactDimensionality(instance, feature), random.dimensionality.mean, random.dimensionality.p95,
          instance.superposition[feature] ?? null, random.superposition.mean,
          group ? group.features.filter((other) => other !== feature).map((other) => other + 1).join(' ') : '', ...instance.W.map((row) => row[feature] ?? null),
        ];
      }),
    ],
  };
}

export function lossTable(shot: Shot): Table {
  const { report: { instances }, untrained, controls, plan } = shot;
  return {
    name: t`Models`,
    rows: [
      [t`model`, t`density`, t`seed`, t`loss`, t`untrained`, unsharedName(shot), t`stored features`, 'D*', t`geometry`],
      ...instances.map((instance, index) => {
        const linear = controls.linear.find(({ density }) => density === plan.settings.density[index]);
        return [
          index + 1, short(instance.density), instance.seed, finite(instance.loss), finite(untrained.instances[index]?.loss), finite(linear?.loss), instance.represented,
          finite(instance.dimensionsPerFeature), instance.diverged ? t`diverged` : geometryName(instance.geometry),
        ];
      }),
    ],
  };
}

export function sweepTable(shot: Shot): Table {
  const { report: { instances }, controls, plan } = shot;
  return {
    name: t`Sweep`,
    rows: [
      ['1/(1-S)', t`density`, t`seed`, 'D*', t`linear twin D*`, t`stored`, t`median D of stored features`, t`D by chance`, t`loss`, unsharedName(shot), t`geometry`],
      ...instances.map((instance, index) => {
        const linear = controls.linear.find(({ density }) => density === plan.settings.density[index]);
        const stored = instance.dimensionality.filter((_, feature) => (instance.norms[feature] ?? 0) > 0.5);
        return [
          short(1 / instance.density), short(instance.density), instance.seed, finite(instance.dimensionsPerFeature), plan.settings.task === 'reconstruct' && linear ? 1 : null, instance.represented, finite(median(stored)),
          controls.random.dimensionality.mean, finite(instance.loss), finite(linear?.loss), geometryName(instance.geometry),
        ];
      }),
    ],
  };
}

/** The cells of the phase diagram with their axes, from the lower left. */
const gridRows = ({ plan: { grid } }: Shot): { cell: number; density: number; importance: number }[] =>
  Array.from({ length: (grid?.size ?? 0) ** 2 }, (_, cell) => ({
    cell, density: grid?.density[cell % grid.size] ?? 1, importance: grid?.importance[Math.floor(cell / grid.size)] ?? 1,
  }));

const named = (outcome: Outcome | undefined): string | null => (outcome ? OUTCOME_NAMES[outcome] : null);

export function phaseTable(shot: Shot): Table {
  const [found, { exact, plan }] = [outcomes(shot), shot];
  return {
    name: t`Phase diagram`,
    rows: [
      [t`importance`, t`density`, t`sparsity`, t`seed`, t`outcome`, t`best possible`, t`loss`, t`best possible loss`],
      ...gridRows(shot).map(({ cell, density, importance: weight }) => [
        weight, density, short(1 - density), plan.settings.seeds[cell] ?? null,
        named(found?.[cell]), named(exact?.outcome[cell]), finite(cellLossOf(shot, cell)), finite(exact?.loss[cell]),
      ]),
    ],
  };
}

export function interferenceTable(x: readonly number[], { before, biased, after }: Interference): Table {
  return {
    name: t`Interference`,
    rows: [[t`feature`, t`input`, t`before the bias`, t`with the bias`, t`after the ReLU`], ...x.map((value, feature) => [feature + 1, value, before[feature] ?? null, biased[feature] ?? null, after[feature] ?? null])],
  };
}

/** What the *Download* menu offers. */
export function tables(shot: Shot, chosen: number, effects: Interference | null, x: readonly number[]): Table[] {
  switch (shot.plan.view) {
    case 'geometry': return [featureTable(shot, chosen), lossTable(shot)];
    case 'sweep': return [sweepTable(shot)];
    case 'phase': return [phaseTable(shot)];
    case 'interference': return [featureTable(shot, chosen), ...(effects ? [interferenceTable(x, effects)] : [])];
  }
}
