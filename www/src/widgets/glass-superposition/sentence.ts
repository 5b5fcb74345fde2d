/** The picture in words: for ears, and beside the picture. */
import { percent } from '../../marks/numbers.ts';
import { agreed, columns, divergedCount, lossOf, outcomes, report, tally, type Shot } from './view.ts';

export const digits = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(2) : Number(value.toPrecision(3)).toString();

/** With so many decimals, so that a column of numbers lines up. */
export const fixed = (value: number | null | undefined, decimals: number): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(decimals);

export const stepText = (step: number): string => step.toLocaleString('en-GB');

/** "Model 2 of 8 after 5,000 steps: pentagon; 5 of 5 features stored, loss 0.00146." */
function model(shot: Shot, instance: number): string {
  const { geometry, represented } = report(shot, instance);
  const { nFeatures: n, nHidden: m } = shot.plan.settings;
  return `Model ${instance + 1} of ${shot.report.instances.length} after ${stepText(shot.report.step)} steps: ${geometry}; ${represented} of ${n} features stored in ${m} ${m === 1 ? 'dimension' : 'dimensions'}, loss ${digits(lossOf(shot, instance))}.`;
}

const reached = (shot: Shot): string =>
  shot.report.instances.length > 1 ? ` Of ${shot.report.instances.length} seeds: ${tally(shot.report.instances).map(({ geometry, count }) => `${count} × ${geometry}`).join(', ')}.` : '';

function sweep(shot: Shot): string {
  const parts = columns(shot).map(({ density, dimensions }) => `${digits(1 / density)}: ${digits(dimensions)}`);
  return `Dimensions per feature D* by 1/(1 − S), after ${stepText(shot.report.step)} steps: ${parts.join(', ')}.`;
}

function phase(shot: Shot): string {
  const found = outcomes(shot);
  if (!found) return `A grid of ${shot.plan.instances} models, not trained yet.`;
  const count = (name: string) => percent(found.filter((outcome) => outcome === name).length / found.length);
  const right = agreed(shot);
  return `After ${stepText(shot.step)} steps the last feature is dropped in ${count('dropped')}, dedicated in ${count('dedicated')} and superposed in ${count('superposed')} of ${stepText(found.length)} models.${right
    ? ` ${percent(right.awayFromBoundary)} of the cells away from the boundary agree with the best model, ${percent(right.all)} of all.` : ''}`;
}

export function sentence(shot: Shot, instance: number): string {
  const lost = divergedCount(shot);
  const trouble = lost > 0 ? ` ${lost} of ${shot.plan.instances} models diverged (their loss was no number any more) and were stopped.` : '';
  switch (shot.plan.view) {
    case 'geometry': return model(shot, instance) + (new Set(shot.plan.settings.density).size === 1 ? reached(shot) : '') + trouble;
    case 'sweep': return sweep(shot) + trouble;
    case 'phase': return phase(shot) + trouble;
    case 'interference': return model(shot, instance) + trouble;
  }
}
