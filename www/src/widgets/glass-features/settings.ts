/** From attributes to a question: parsing and checking, no DOM. */
import { GlasshouseError } from '../../api/error.ts';
import { refuseOther } from '../../api/nearest.ts';
import type { Push } from '../../api/features.d.ts';

export interface Settings {
  readonly text: string;
  /** Null is the last token; negative ones count from the end. */
  readonly position: number | null;
  /** Null is the strongest at the position. */
  readonly feature: number | null;
  readonly how: string;
  /** Null is what suits the feature. */
  readonly amount: number | null;
  readonly temperature: number;
  /** Null is what suits the machine. */
  readonly directions: number | null;
  readonly passages: number | null;
  readonly seed: number;
}

export const DICTIONARIES = ['x4', 'x16'] as const;
export const HOWS: readonly Push['how'][] = ['clamp', 'scale'];

const bad = (message: string): GlasshouseError => new GlasshouseError('bad-input', message);

export const checkHow = (how: string): Push['how'] => refuseOther('how', how, HOWS);

export const checkDictionary = (dictionary: string): (typeof DICTIONARIES)[number] => refuseOther('dictionary', dictionary, DICTIONARIES);

/** The token that is looked at, of `count`. */
export function place(position: number | null, count: number): number {
  if (position === null || Number.isNaN(position)) return count - 1;
  if (!Number.isInteger(position)) throw bad(`position="${position}" is no whole number.`);
  return Math.max(0, Math.min(count - 1, position < 0 ? count + position : position));
}

export function checkFeature(feature: number, count: number): number {
  if (Number.isInteger(feature) && feature >= 0 && feature < count) return feature;
  throw bad(`feature="${feature}": this dictionary has features 0 to ${count - 1}.`);
}

export function checkTemperature(temperature: number): number {
  if (temperature >= 0 && temperature <= 5) return temperature;
  throw bad(`temperature="${temperature}" is not between 0 and 5.`);
}

export function checkAmount(amount: number): number {
  if (Math.abs(amount) <= 1e6) return amount;
  throw bad(`amount="${amount}" is not a number that a feature can be pushed by.`);
}

/** Amounts that the slider offers: a clamp in units of the largest activation known, a factor as it is. */
export function range(how: Push['how'], maximum: number): { from: number; to: number; step: number; usual: number } {
  if (how === 'scale') return { from: -2, to: 6, step: 0.1, usual: 0 };
  const unit = maximum > 0 ? Number(maximum.toPrecision(2)) : 1;
  return { from: -2 * unit, to: 8 * unit, step: unit / 10, usual: 4 * unit };
}

/** The amounts of the curve of damage. */
export function steps(how: Push['how'], maximum: number): number[] {
  const { from, to } = range(how, maximum);
  return Array.from({ length: 6 }, (_, step) => Number((from + (step * (to - from)) / 5).toPrecision(4)));
}
