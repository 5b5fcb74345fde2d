/** Colour scales: what a number looks like, and which ink can be read on it. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** Viridis at 33 equally spaced points; between them linear interpolation is within 2/255 of the original. */
const ANCHORS =
  '440154470d6048186a482374472d7b4537814240863e49893b528b375b8d33638d2f6b8e2c728e297a8e26828e23898e21918c1f978b1f9f88' +
  '21a68527ad8131b57b3dbc744cc26c5cc8636ece5881d34d95d840aadc32c0df25d5e21aeae51afde725';

const COUNT = ANCHORS.length / 6;

const anchor = (index: number, channel: number): number =>
  Number.parseInt(ANCHORS.slice(index * 6 + channel * 2, index * 6 + channel * 2 + 2), 16);

/** 256 colours, three bytes each: `VIRIDIS[3 * level + channel]`. */
export const VIRIDIS = Uint8Array.from({ length: 256 * 3 }, (_, i) => {
  const [level, channel] = [Math.floor(i / 3), i % 3];
  const at = (level / 255) * (COUNT - 1);
  const below = Math.min(Math.floor(at), COUNT - 2);
  const share = at - below;
  return Math.round(anchor(below, channel) * (1 - share) + anchor(below + 1, channel) * share);
});

/** What a cell looks like whose value is no number in 0..1: it must never pass for a small one. */
export const NOT_A_NUMBER: Rgb = [214, 39, 118];

/** The viridis colour of `value` in 0..1. Values outside by more than rounding, and NaN, get their own colour. */
export function viridis(value: number): Rgb {
  if (!(value >= -1e-3 && value <= 1 + 1e-3)) return NOT_A_NUMBER;
  const at = 3 * Math.round(Math.min(1, Math.max(0, value)) * 255);
  return [VIRIDIS[at] ?? 0, VIRIDIS[at + 1] ?? 0, VIRIDIS[at + 2] ?? 0];
}

export const css = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;

export const hex = (rgb: Rgb): `#${string}` => `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

/** WCAG relative luminance, 0 to 1. */
export function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever reads better on `rgb`; the better of the two always has a contrast of at least 4.58. */
export const inkOn = (rgb: Rgb): '#000' | '#fff' => (luminance(rgb) > 0.179 ? '#000' : '#fff');

/** The scale itself, for a drawn legend. */
export const VIRIDIS_GRADIENT = `linear-gradient(to right, ${Array.from({ length: 9 }, (_, i) => hex(viridis(i / 8))).join(', ')})`;

/** Colours of kinds, not of amounts, that colour-blind readers tell apart; each stands out from white and from the dark theme. */
export const KIND_COLOURS = ['#2f75c4', '#d0570b', '#0f9170', '#c0508f', '#8a67d1', '#a57a00', '#2a93b0', '#7d828a'] as const;

/** Blue for positive, red for negative, white for zero; beyond −1 and 1 the colours are full. */
export function signedColour(value: number): Rgb {
  if (!(Math.abs(value) <= 1 + 1e-3)) return Number.isNaN(value) ? NOT_A_NUMBER : signedColour(Math.sign(value));
  const end: Rgb = value >= 0 ? [5, 80, 160] : [178, 24, 43];
  const share = Math.min(1, Math.abs(value));
  return [0, 1, 2].map((channel) => Math.round(255 * (1 - share) + (end[channel] as number) * share)) as unknown as Rgb;
}
