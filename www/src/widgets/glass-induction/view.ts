/** What is said and drawn about one report: pure functions from numbers to numbers and names. */
import type { Ablation, HeadScores, InductionReport } from '../../api/glasshouse.d.ts';
import type { Token } from '../../marks/token-text.ts';
import { t } from '../../words/words.ts';
import type { HeadName } from './settings.ts';

export type Kind = keyof HeadScores;
export type Head = InductionReport['heads'][number];

export const KINDS: readonly Kind[] = ['previousToken', 'duplicateToken', 'induction'];

/** One computed state: the question, the answer and the answer's control. */
export interface View {
  readonly ids: readonly number[];
  readonly tokens: readonly Token[];
  /** Whether the text went on after the last token that was run. */
  readonly cut: boolean;
  readonly position: number;
  readonly ablations: readonly Ablation[];
  readonly report: InductionReport;
  /** The same with other heads switched off instead. */
  readonly control: { readonly ablations: readonly Ablation[]; readonly nextTokenProb: readonly (number | null)[] } | null;
  readonly heads: number;
  readonly layers: number;
}

const layered = (count: number): string => [t`no layers`, t`one layer`, t`two layers`][count] ?? t`${count} layers`;

/** What the models are called: by their layers, for any model may stand here. */
export const names = ({ layers, report: { twinHeads } }: View): { readonly own: string; readonly twin: string } =>
  ({ own: layered(layers), twin: layered(1 + Math.max(0, ...(twinHeads ?? []).map(({ layer }) => layer))) });

/** Whether a head of `kind` looks from `query` at `key`; TransformerLens's detection patterns. */
export function looksAt(kind: Kind, ids: readonly number[], query: number, key: number): boolean {
  switch (kind) {
    case 'previousToken': return key + 1 === query;
    case 'duplicateToken': return key < query && ids[key] === ids[query];
    case 'induction': return key >= 1 && key <= query && ids[key - 1] === ids[query];
  }
}

const knownCeilings = new WeakMap<readonly number[], HeadScores>();

/** The highest score that this text allows: the share of queries that have such a key at all. Kept per text: it is read in many places. */
export function ceilings(ids: readonly number[]): HeadScores {
  const known = knownCeilings.get(ids) ?? countCeilings(ids);
  knownCeilings.set(ids, known);
  return known;
}

function countCeilings(ids: readonly number[]): HeadScores {
  const share = (kind: Kind) =>
    ids.filter((_, query) => ids.some((_id, key) => key <= query && looksAt(kind, ids, query, key))).length / Math.max(1, ids.length);
  return { previousToken: share('previousToken'), duplicateToken: share('duplicateToken'), induction: share('induction') };
}

/** A score means something only above what chance shows: both controls. */
export const aboveControls = (head: Head, kind: Kind): boolean =>
  head[kind] > head.control.random95[kind] && head[kind] > head.control.untrained[kind];

/** Attention to the target, where there is one, from which a head is called by its kind. */
export const BADGE_SHARE = 0.4;

/** The kinds that a head is of: above both controls, and at least 0.4 of the highest score that the text allows. */
export const badges = (head: Head, ceiling: HeadScores): Kind[] =>
  KINDS.filter((kind) => ceiling[kind] > 0 && aboveControls(head, kind) && head[kind] >= BADGE_SHARE * ceiling[kind]);

/** The head with the highest score of a kind; where all are equal, the first of the last layer. */
export function bestHead(heads: readonly Head[], kind: Kind = 'induction'): HeadName {
  const last = heads.filter(({ layer }) => layer === heads.at(-1)?.layer);
  const best = [...last, ...heads].reduce((a, b) => (b[kind] > a[kind] ? b : a));
  return { layer: best.layer, head: best.head };
}

/** Positions whose token and next token stood side by side before: from there, copying gives the right answer. */
export function repeatedPairs(ids: readonly number[]): number[] {
  const seen = new Set<string>();
  const found: number[] = [];
  for (let position = 0; position + 1 < ids.length; position++) {
    const pair = `${ids[position]} ${ids[position + 1]}`;
    if (seen.has(pair)) found.push(position);
    seen.add(pair);
  }
  return found;
}

/** Mean natural logarithm of the probabilities at `positions`, in nats; null where there are none. */
export function meanLogProb(probs: readonly (number | null)[], positions: readonly number[]): number | null {
  const logs = positions.map((position) => Math.log(Math.max(probs[position] ?? Number.NaN, 1e-30)));
  return logs.length === 0 ? null : logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** Mean log-probabilities on repeated pairs and on all other tokens. */
export function fit(probs: readonly (number | null)[], ids: readonly number[]): { repeated: number | null; other: number | null } {
  const repeated = repeatedPairs(ids);
  const apart = new Set(repeated);
  const other = ids.map((_, position) => position).slice(0, -1).filter((position) => !apart.has(position));
  return { repeated: meanLogProb(probs, repeated), other: meanLogProb(probs, other) };
}

/** What switching heads off does to the repeated tokens, in nats, and what the control does. */
export interface Effect {
  readonly before: number;
  readonly after: number;
  readonly control: number | null;
}

export function effect({ ids, report, control }: View): Effect | null {
  const pairs = repeatedPairs(ids);
  const before = meanLogProb(report.nextTokenProb, pairs);
  const after = report.ablatedNextTokenProb && meanLogProb(report.ablatedNextTokenProb, pairs);
  if (before === null || after === null) return null;
  return { before, after, control: control && meanLogProb(control.nextTokenProb, pairs) };
}

/** The pattern `[head, query, key]` of a layer. */
export const patternOf = ({ report }: View, layer: number): Float32Array =>
  report.patterns.find((pattern) => pattern.layer === layer)?.data ?? new Float32Array();

export const attention = (view: View, { layer, head }: HeadName, query: number, key: number): number =>
  patternOf(view, layer)[(head * view.ids.length + query) * view.ids.length + key] ?? 0;

/** The key that a query attends to most. */
export function strongestKey(view: View, name: HeadName, query: number): number {
  let best = 0;
  for (let key = 1; key <= query; key++) if (attention(view, name, query, key) > attention(view, name, query, best)) best = key;
  return best;
}
