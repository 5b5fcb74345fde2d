/** The picture in words: what is shown, for ears and for captions. */
import type { NextToken } from '../../api/glasshouse.d.ts';
import { percent, signed } from '../../marks/numbers.ts';
import { tokenLabel, visible } from '../../marks/token-text.ts';
import { headName, type HeadName } from './settings.ts';
import { KIND_NAMES } from './strings.ts';
import { attention, badges, ceilings, effect, strongestKey, type View } from './view.ts';

const word = (next: NextToken): string => visible(next.text ?? `#${next.id}`);

const given = (top: readonly NextToken[], id: number): string => {
  const found = top.find((next) => next.id === id);
  return found ? percent(found.prob) : `less than ${percent(top.at(-1)?.prob)}`;
};

/** "Head 1.3 (an induction head)" */
export function namedHead(view: View, name: HeadName): string {
  const head = view.report.heads.find(({ layer, head: number }) => layer === name.layer && number === name.head);
  const kinds = head ? badges(head, ceilings(view.ids)) : [];
  const [kind] = kinds.slice(-1);
  return `Head ${headName(name)}${kind ? ` (${kind === 'induction' ? 'an' : 'a'} ${KIND_NAMES[kind]} head)` : ''}`;
}

/** Where a head looks from one token. */
export function looking(view: View, name: HeadName, query: number): string {
  const key = strongestKey(view, name, query);
  return `${namedHead(view, name)} looks from ${tokenLabel(view.tokens, query)} most at ${tokenLabel(view.tokens, key)} (${percent(attention(view, name, query, key))}).`;
}

/** What comes next, for each model that was asked. */
export function prediction({ report, ablations, tokens }: View): string {
  const { position, baseline, ablated, twin } = report.top;
  const [best] = baseline;
  if (!best) return '';
  const parts = [`After ${tokenLabel(tokens, position)} the model expects ${word(best)} (${percent(best.prob)})`];
  if (ablated) parts.push(`with ${ablations.map(headName).join(' and ')} switched off it gives that token ${given(ablated, best.id)}`);
  if (twin) parts.push(`the one-layer twin ${given(twin, best.id)}`);
  return `${parts.join('; ')}.`;
}

/** What switching off did to the repeated tokens, beside its control. */
export function effectSentence(view: View): string {
  const found = effect(view);
  if (!found || view.ablations.length === 0) return '';
  const control = view.control && found.control !== null
    ? ` (control, ${view.control.ablations.map(headName).join(' and ')} instead: ${signed(found.control - found.before)})` : '';
  return `Switching off ${view.ablations.map(headName).join(' and ')} changes the mean log-probability of repeated tokens by ${signed(found.after - found.before)} nats${control}.`;
}

export const wholePicture = (view: View, name: HeadName): string =>
  [looking(view, name, view.position), prediction(view), effectSentence(view)].filter((part) => part !== '').join(' ');
