/**
 * Sizes of what is optional: as large as this machine does within a budget of time, unless somebody chose (docs/adr/0006-slow-machines.md).
 * Fetched where such a size is needed.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { GlasshouseError } from '../api/error.ts';
import type { Model, Pace } from '../api/glasshouse.d.ts';
import { fixed } from '../marks/numbers.ts';
import { t } from '../words/words.ts';

export interface Size {
  readonly used: number;
  readonly full: number;
  /** What the full size would take here, in ms; null where somebody chose, and nothing was measured. */
  readonly fullMs: number | null;
}

/** About what a laptop without a graphics device needs for the project's own models. */
const ORDINARY: Pace = { runMs: 6, positions: 64, stepMs: 0.8 };

/** How many times slower than an ordinary machine this one is taken for; null where that is to be measured. */
export function pretendedSlowness(): number | null {
  try {
    const slowness = Number(localStorage.getItem('glasshouse-slowness'));
    return slowness > 0 ? slowness : null;
  } catch {
    return null; // a frame without an origin has no storage
  }
}

export async function paceOf(model: Model): Promise<Pace> {
  const slowness = pretendedSlowness();
  if (slowness === null) return model.pace();
  return { ...ORDINARY, runMs: slowness * ORDINARY.runMs, stepMs: slowness * ORDINARY.stepMs };
}

/** The largest of `sizes`, which fall, that takes at most `budgetMs`; the smallest where none does. What was given is taken. */
export function sizeFor(given: number | null, sizes: readonly [number, ...number[]], msOf: (size: number) => number, budgetMs: number): Size {
  const [full] = sizes;
  if (given !== null) return { used: given, full, fullMs: null };
  const used = sizes.find((size) => msOf(size) <= budgetMs) ?? sizes.at(-1) ?? full;
  return { used, full, fullMs: msOf(full) };
}

/** @throws {GlasshouseError} `bad-input`, for what is no number of things to draw or to read. */
export function checkCount(attribute: string, given: number | null, most: number): number | null {
  if (given === null || (Number.isInteger(given) && given >= 1 && given <= most)) return given;
  throw new GlasshouseError('bad-input', `${attribute}="${given}" is no whole number from 1 to ${most}.`);
}

const seconds = (ms: number): string => t`${fixed(ms / 1000, ms < 9_950 ? 1 : 0)} s`;

/** Why less was taken, and a way to take all; nothing where all was taken. `less` and `all` say of what. */
export function sizeNote({ used, full, fullMs }: Size, less: string, all: string, take: (() => void) | null): TemplateResult | typeof nothing {
  if (used >= full) return nothing;
  return html`<p class="small size">${fullMs === null ? less : t`${less} Measured just now: all of them would take this machine about ${seconds(fullMs)}.`}
    ${take ? html`<button type="button" @click=${take}>${all}</button>` : nothing}</p>`;
}
