/** Features switched by hand: `"1:0.8,3"` as an input vector, and back. */
import { GlasshouseError } from '../../api/error.ts';

/** `[feature]`; features are counted from 1 and are 1 where no value is given. */
export function parseOn(text: string, nFeatures: number, least: number): number[] {
  const x = Array.from({ length: nFeatures }, () => 0);
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const [, feature, value = '1'] = /^(\d+)(?::(-?[\d.]+))?$/.exec(part) ?? [];
    const index = Number(feature) - 1;
    if (!(index >= 0 && index < nFeatures) || !Number.isFinite(Number(value))) {
      throw new GlasshouseError('bad-input', `on="${part.slice(0, 40)}" is not of the form feature:value, with features from 1 to ${nFeatures}.`);
    }
    x[index] = Math.min(1, Math.max(least, Number(value)));
  }
  return x;
}

export const formatOn = (x: readonly number[]): string =>
  x.flatMap((value, feature) => (value === 0 ? [] : [value === 1 ? String(feature + 1) : `${feature + 1}:${Number(value.toFixed(2))}`])).join(',');
