/** Numbers as text: as many digits as a reader can use, never a rounded 0 or 1 that is not one. */

/** A share between 0 and 1 as percent: "93 %", "0.4 %", "< 0.1 %". */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  if (Number.isNaN(share)) return 'NaN';
  const hundred = share * 100;
  if (hundred > 0 && hundred < 0.1) return '< 0.1 %';
  if (hundred < 9.95) return `${hundred.toFixed(1)} %`;
  if (hundred > 99.5 && hundred < 100) return '> 99 %';
  return `${hundred.toFixed(0)} %`;
}

/** A score with two digits after the point. */
export const score = (value: number): string => (Number.isNaN(value) ? 'NaN' : value.toFixed(2).replace('-0.00', '0.00'));

/** A signed number with its true minus sign. */
export const signed = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

export const bytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;

/** The size of one file. */
export const fileSize = (count: number): string => (count < 1e6 ? `${(count / 1e3).toFixed(count < 1e4 ? 1 : 0)} kB` : bytes(count));

/** A difference in a numerics line: "1.2e-6". */
export const tiny = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
