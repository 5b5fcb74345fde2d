/** One moment of the training as plain data, and what is said about it: pure functions. */
import type { FeatureGroup, InstanceReport, Outcome, SuperpositionDescription, SuperpositionReport } from '../../engine/superposition.d.ts';
import type { Controls, Slice } from '../../engine/toy-protocol.ts';
import { t } from '../../words/words.ts';
import type { History } from './history.ts';
import type { Plan } from './settings.ts';

export interface Exact {
  readonly outcome: readonly Outcome[];
  readonly loss: readonly number[];
}

/** What is drawn. */
export interface Shot {
  readonly plan: Plan;
  readonly description: SuperpositionDescription;
  readonly step: number;
  readonly slice: Slice | null;
  /** `[instance]`, batch losses of late. */
  readonly losses: Float32Array | null;
  /** Measured a moment ago; `report.step` says when. */
  readonly report: SuperpositionReport;
  /** The same models before training. */
  readonly untrained: SuperpositionReport;
  readonly controls: Controls;
  /** Best outcomes of the phase diagram, as far as they are known. */
  readonly exact: Exact | null;
  readonly history: History;
}

/** A feature counts as stored from this length on. */
export const REPRESENTED = 0.5;

export const report = (shot: Shot, instance: number): InstanceReport => (shot.report.instances[instance] ?? shot.report.instances[0]) as InstanceReport;

/** The vectors of all features, `[feature][hidden]`: of the newest slice, else of the last measurement. */
export function vectors(shot: Shot, instance: number): number[][] {
  const { nFeatures: n, nHidden: m } = shot.plan.settings;
  const { slice } = shot;
  const measured = report(shot, instance).W;
  const at = (hidden: number, feature: number) => (slice ? slice.w[(instance * m + hidden) * n + feature] : measured[hidden]?.[feature]) ?? Number.NaN;
  return Array.from({ length: n }, (_, feature) => Array.from({ length: m }, (_, hidden) => at(hidden, feature)));
}

/** Parameters of one instance, as the engine takes them. */
export function parameters({ plan, slice, report }: Shot, instance: number): { w: Float32Array; w2: Float32Array | null; b: Float32Array } {
  const { nFeatures: n, nHidden: m } = plan.settings;
  if (!slice) {
    const { W, W2 = null, b } = report.instances[instance] ?? { W: [], b: [] };
    return { w: Float32Array.from(W.flat()), w2: W2 && Float32Array.from(W2.flat()), b: Float32Array.from(b) };
  }
  const part = (all: Float32Array, size: number) => all.slice(instance * size, (instance + 1) * size);
  return { w: part(slice.w, m * n), w2: slice.w2 && part(slice.w2, m * n), b: part(slice.b, n) };
}

/**
 * The instance with the lowest loss. While they train, `kept` stays unless another is clearly better, so that the picture does not flicker;
 * at the goal none is kept, so that a link shows the same model however the way there was sliced.
 */
export function best(instances: readonly InstanceReport[], kept: number | null): number {
  const loss = (index: number) => {
    const { loss, diverged } = instances[index] ?? { loss: Number.NaN, diverged: true };
    return diverged || Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss;
  };
  const lowest = instances.reduce((lowest, _, index) => (loss(index) < loss(lowest) ? index : lowest), 0);
  return kept !== null && loss(kept) <= 1.03 * loss(lowest) ? kept : lowest;
}

/** How many instances reached each geometry, most first. */
export function tally(instances: readonly InstanceReport[]): { geometry: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { geometry } of instances) counts.set(geometry, (counts.get(geometry) ?? 0) + 1);
  return [...counts].map(([geometry, count]) => ({ geometry, count })).sort((a, b) => b.count - a.count);
}

export const groupOf = ({ groups }: InstanceReport, feature: number): FeatureGroup | undefined => groups.find(({ features }) => features.includes(feature));

/** The dimensionality that a feature would have if its group were the ideal figure. */
export const exactDimensionality = (instance: InstanceReport, feature: number): number | null => groupOf(instance, feature)?.exact ?? null;

/** Ideal dimensionalities with the figures that have them, from large to small. */
export const FIGURES: readonly { readonly value: number; readonly label: string; readonly name: string }[] = [
  { value: 1, label: '1', name: t`a dimension of its own` },
  { value: 3 / 4, label: '3/4', name: t`tetrahedron` },
  { value: 2 / 3, label: '2/3', name: t`triangle` },
  { value: 1 / 2, label: '1/2', name: t`antipodal pair` },
  { value: 2 / 5, label: '2/5', name: t`pentagon` },
  { value: 3 / 8, label: '3/8', name: t`square antiprism` },
];

export const diverged = ({ slice, report }: Shot, instance: number): boolean =>
  slice?.diverged[instance] === 1 || report.instances[instance]?.diverged === true;

export const divergedCount = (shot: Shot): number =>
  shot.slice ? shot.slice.diverged.reduce((sum, stopped) => sum + stopped, 0) : shot.report.instances.filter(({ diverged }) => diverged).length;

/** The loss of an instance: measured on fresh samples, or of the newest batches where it was not measured since. */
export const lossOf = (shot: Shot, instance: number): number =>
  shot.losses && shot.report.step !== shot.step ? (shot.losses[instance] ?? Number.NaN) : (report(shot, instance)?.loss ?? Number.NaN);

/** The same of a cell of the phase diagram: its exact expectation where it was measured, as few sparse samples tell anything. */
export const cellLossOf = (shot: Shot, cell: number): number =>
  (shot.report.step === shot.step ? shot.report.instances[cell]?.expectedLoss : undefined) ?? lossOf(shot, cell);

/** How far above the best possible loss a model may lie to count as near it. */
const NEAR = 1.05;

/** The share of cells whose model is nearly as good as the best possible one, whatever its outcome; null until all are known. */
export function nearBest(shot: Shot): number | null {
  const { plan: { grid }, exact, report, step } = shot;
  if (!grid || exact?.loss.length !== grid.size ** 2 || report.step !== step || report.instances[0]?.expectedLoss === undefined) return null;
  return exact.loss.filter((best, cell) => cellLossOf(shot, cell) <= NEAR * best).length / exact.loss.length;
}

/** What keeps features apart, to compare with: named beside its loss. */
export const unsharedName = ({ plan: { settings } }: Shot): string => (settings.task === 'absolute' ? t`two neurons for each feature` : t`best linear model`);

/** What became of the last feature in each cell, once there is a slice. */
export const outcomes = ({ slice, plan }: Shot): readonly Outcome[] | null => (plan.grid ? (slice?.outcome ?? null) : null);

/** Cells whose neighbours, diagonal ones included, have the same best outcome: they lie more than one cell from the boundary. */
export function awayFromBoundary(outcome: readonly Outcome[], size: number): boolean[] {
  return outcome.map((own, cell) => {
    const [row, column] = [Math.floor(cell / size), cell % size];
    for (let r = Math.max(0, row - 1); r <= Math.min(size - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(size - 1, column + 1); c++) {
        if (outcome[r * size + c] !== own) return false;
      }
    }
    return true;
  });
}

export interface Agreement {
  /** Shares between 0 and 1, with the numbers of cells that they are shares of. */
  readonly awayFromBoundary: number;
  readonly cellsAway: number;
  readonly all: number;
  readonly cells: number;
}

/** How often training ended where the best model is. */
export function agreement(outcome: readonly Outcome[], exact: readonly Outcome[], size: number): Agreement | null {
  if (outcome.length === 0 || exact.length !== outcome.length) return null;
  const away = awayFromBoundary(exact, size);
  const right = outcome.map((found, cell) => found === exact[cell]);
  const cellsAway = away.filter(Boolean).length;
  return {
    awayFromBoundary: right.filter((is, cell) => is && away[cell]).length / cellsAway, cellsAway,
    all: right.filter(Boolean).length / outcome.length, cells: outcome.length,
  };
}

/** The agreement of this moment, where both sides are known. */
export function agreed(shot: Shot): Agreement | null {
  const [found, exact, grid] = [outcomes(shot), shot.exact, shot.plan.grid];
  return found && exact && grid ? agreement(found, exact.outcome, grid.size) : null;
}

/** The cell whose density and importance are nearest. */
export function nearestCell({ grid }: Plan, density: number, importance: number): number {
  if (!grid) return 0;
  const closest = (axis: readonly number[], value: number) =>
    axis.reduce((best, other, index) => (Math.abs(Math.log(other / value)) < Math.abs(Math.log((axis[best] as number) / value)) ? index : best), 0);
  return closest(grid.importance, importance) * grid.size + closest(grid.density, density);
}

export const median = (values: readonly number[]): number => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/** The densities of a sweep from dense to sparse, each with its instances and the median of their D*. */
export function columns({ report, plan }: Shot): { density: number; instances: number[]; dimensions: number }[] {
  const found = new Map<number, number[]>();
  report.instances.forEach((_, index) => {
    const density = Number((plan.settings.density[index] ?? 1).toPrecision(6));
    found.set(density, [...(found.get(density) ?? []), index]);
  });
  return [...found].sort(([a], [b]) => b - a).map(([density, instances]) => ({
    density, instances, dimensions: median(instances.map((index) => report.instances[index]?.dimensionsPerFeature ?? Number.NaN)),
  }));
}
