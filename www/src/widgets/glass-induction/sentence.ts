/** The picture in words: what is shown, for ears and for captions. */
import type { NextToken } from '../../api/glasshouse.d.ts';
import { percent, signed } from '../../marks/numbers.ts';
import { tokenLabel, visible } from '../../marks/token-text.ts';
import { t } from '../../words/words.ts';
import { headName, type HeadName } from './settings.ts';
import { attention, badges, ceilings, effect, strongestKey, type View } from './view.ts';

const word = (next: NextToken): string => visible(next.text ?? `#${next.id}`);

const given = (top: readonly NextToken[], id: number): string => {
  const found = top.find((next) => next.id === id);
  return found ? percent(found.prob) : t`less than ${percent(top.at(-1)?.prob)}`;
};

/** "0.3 and 1.2" */
export const headNames = (heads: readonly HeadName[]): string => heads.map(headName).join(` ${t`and`} `);

/** "Head 1.3 (an induction head)" */
export function namedHead(view: View, shown: HeadName): string {
  const head = view.report.heads.find(({ layer, head: number }) => layer === shown.layer && number === shown.head);
  const kinds = head ? badges(head, ceilings(view.ids)) : [];
  const name = headName(shown);
  switch (kinds.at(-1)) {
    case 'previousToken': return t`Head ${name} (a previous-token head)`;
    case 'duplicateToken': return t`Head ${name} (a duplicate-token head)`;
    case 'induction': return t`Head ${name} (an induction head)`;
    case undefined: return t`Head ${name}`;
  }
}

/** Where a head looks from one token. */
export function looking(view: View, name: HeadName, query: number): string {
  const key = strongestKey(view, name, query);
  return t`${namedHead(view, name)} looks from ${tokenLabel(view.tokens, query)} most at ${tokenLabel(view.tokens, key)} (${percent(attention(view, name, query, key))}).`;
}

/** What comes next, for each model that was asked. */
export function prediction({ report, ablations, tokens }: View): string {
  const { position, baseline, ablated, twin } = report.top;
  const [best] = baseline;
  if (!best) return '';
  const parts = [t`After ${tokenLabel(tokens, position)} the model expects ${word(best)} (${percent(best.prob)})`];
  if (ablated) parts.push(t`with ${headNames(ablations)} switched off it gives that token ${given(ablated, best.id)}`);
  if (twin) parts.push(t`the one-layer twin ${given(twin, best.id)}`);
  return `${parts.join('; ')}.`;
}

/** What switching off did to the repeated tokens, beside its control. */
export function effectSentence(view: View): string {
  const found = effect(view);
  if (!found || view.ablations.length === 0) return '';
  const [heads, change] = [headNames(view.ablations), signed(found.after - found.before)];
  return view.control && found.control !== null
    ? t`Switching off ${heads} changes the mean log-probability of repeated tokens by ${change} nats (control, ${headNames(view.control.ablations)} instead: ${signed(found.control - found.before)}).`
    : t`Switching off ${heads} changes the mean log-probability of repeated tokens by ${change} nats.`;
}

export const wholePicture = (view: View, name: HeadName): string =>
  [looking(view, name, view.position), prediction(view), effectSentence(view)].filter((part) => part !== '').join(' ');
