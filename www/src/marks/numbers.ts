/** Numbers as text: as many digits as a reader can use, never a rounded 0 or 1 that is not one, with the marks of the page's language. */
import { locale, t } from '../words/words.ts';

const point = (0.5).toLocaleString(locale)[1] ?? '.';

/** A number that is text already, with the language's decimal mark. */
export const local = (text: string): string => text.replace('.', point);

/** With so many decimals: "0.05", in German "0,05". */
export const fixed = (value: number, decimals: number): string => local(value.toFixed(decimals));

/** A whole number with its thousands apart: "16,384", in German "16.384". */
export const count = (value: number): string => value.toLocaleString(locale);

/** What comes after the word "after": "1 step", "5,000 steps". */
export const stepCount = (steps: number): string => (steps === 1 ? t`1 step` : t`${count(steps)} steps`);

/** A share between 0 and 1 as percent: "93 %", "0.4 %", "< 0.1 %"; no line ends inside of it. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  if (Number.isNaN(share)) return 'NaN';
  const hundred = share * 100;
  if (hundred > 0 && hundred < 0.1) return local('<\u00a00.1\u00a0%');
  if (hundred < 9.95) return `${fixed(hundred, 1)}\u00a0%`;
  if (hundred > 99.5 && hundred < 100) return '>\u00a099\u00a0%';
  return `${hundred.toFixed(0)}\u00a0%`;
}

/** A score with two digits after the point. */
export const score = (value: number): string => (Number.isNaN(value) ? 'NaN' : local(value.toFixed(2).replace('-0.00', '0.00')));

/** A signed number with its true minus sign. */
export const signed = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : `${value < 0 ? '−' : '+'}${fixed(Math.abs(value), 2)}`;

export const bytes = (size: number): string => `${fixed(size / 1e6, 1)} MB`;

/** The size of one file. */
export const fileSize = (size: number): string => (size < 1e6 ? `${fixed(size / 1e3, size < 1e4 ? 1 : 0)} kB` : bytes(size));

/** A difference in a numerics line: "1.2e-6". */
export const tiny = (value: number): string => (value === 0 ? '0' : local(value.toExponential(1)));
