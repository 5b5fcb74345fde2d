/** The picture in words: for ears, and beside the picture. */
import { count, fixed as decimal, local, percent, stepCount } from '../../marks/numbers.ts';
import { geometryName } from '../../marks/polytopes.ts';
import { t } from '../../words/words.ts';
import { agreed, columns, divergedCount, lossOf, outcomes, report, tally, type Shot } from './view.ts';

export const digits = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–'
    : local(value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(2) : Number(value.toPrecision(3)).toString());

/** With so many decimals, so that a column of numbers lines up. */
export const fixed = (value: number | null | undefined, decimals: number): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : decimal(value, decimals);

/** Numbers in a row: where decimals have commas, they are kept apart otherwise. */
export const listed = (values: readonly string[]): string => values.join(t`, `);

/** "Model 2 of 8 after 5,000 steps: pentagon; 5 of 5 features stored, loss 0.00146." */
function model(shot: Shot, instance: number): string {
  const { geometry, represented } = report(shot, instance);
  const { nFeatures: n, nHidden: m } = shot.plan.settings;
  const [of, steps, named, loss] = [shot.report.instances.length, stepCount(shot.report.step), geometryName(geometry), digits(lossOf(shot, instance))];
  return m === 1
    ? t`Model ${instance + 1} of ${of} after ${steps}: ${named}; ${represented} of ${n} features stored in 1 dimension, loss ${loss}.`
    : t`Model ${instance + 1} of ${of} after ${steps}: ${named}; ${represented} of ${n} features stored in ${m} dimensions, loss ${loss}.`;
}

function reached({ report: { instances } }: Shot): string {
  const found = tally(instances).map(({ geometry, count }) => `${count} × ${geometryName(geometry)}`);
  return instances.length > 1 ? t`Of ${instances.length} seeds: ${found.join(', ')}.` : '';
}

function sweep(shot: Shot): string {
  const parts = columns(shot).map(({ density, dimensions }) => `${digits(1 / density)}: ${digits(dimensions)}`);
  return t`Dimensions per feature D* by 1/(1 − S), after ${stepCount(shot.report.step)}: ${listed(parts)}.`;
}

function phase(shot: Shot): string {
  const found = outcomes(shot);
  if (!found) return t`A grid of ${shot.plan.instances} models, not trained yet.`;
  const share = (name: string) => percent(found.filter((outcome) => outcome === name).length / found.length);
  const right = agreed(shot);
  return whole(
    t`After ${stepCount(shot.step)} the last feature is dropped in ${share('dropped')}, dedicated in ${share('dedicated')} and superposed in ${share('superposed')} of ${count(found.length)} models.`,
    right ? t`${percent(right.awayFromBoundary)} of the cells away from the boundary agree with the best model, ${percent(right.all)} of all.` : '',
  );
}

const whole = (...sentences: readonly string[]): string => sentences.filter((sentence) => sentence !== '').join(' ');

export function sentence(shot: Shot, instance: number): string {
  const lost = divergedCount(shot);
  const trouble = lost === 1 ? t`1 of ${shot.plan.instances} models diverged (its loss was no number any more) and was stopped.`
    : lost > 0 ? t`${lost} of ${shot.plan.instances} models diverged (their loss was no number any more) and were stopped.` : '';
  switch (shot.plan.view) {
    case 'geometry': return whole(model(shot, instance), new Set(shot.plan.settings.density).size === 1 ? reached(shot) : '', trouble);
    case 'sweep': return whole(sweep(shot), trouble);
    case 'phase': return whole(phase(shot), trouble);
    case 'interference': return whole(model(shot, instance), trouble);
  }
}
