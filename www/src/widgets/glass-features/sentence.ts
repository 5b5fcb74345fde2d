/** The text and the feature in words. */
import { count as grouped, fixed, local, percent } from '../../marks/numbers.ts';
import { tokenCount, tokenLabel, visible } from '../../marks/token-text.ts';
import { t } from '../../words/words.ts';
import { activeAt, meanL0, overText, type View } from './view.ts';

/** A number as short as it may be: "3.2", "0.041", "120". */
export const short = (value: number): string => (value === 0 ? '0' : Math.abs(value) >= 100 ? value.toFixed(0) : local(Number(value.toPrecision(2)).toString().replace('-', '−')));

const quoted = (text: string | null): string => t`“${visible(text ?? '∅')}”`;

export const list = (tokens: readonly { text: string | null }[], count = 4): string => tokens.slice(0, count).map(({ text }) => quoted(text)).join(', ');

export function headline(view: View): string {
  const { count, feature, tokens } = view;
  const here = activeAt(view, view.position);
  const fires = overText(view, view.feature).filter((value) => value > 0).length;
  const own = here.find(({ index }) => index === feature);
  const all = t`At ${quoted(tokenLabel(tokens, view.position))} ${here.length} of ${grouped(count)} features fire (${fixed(meanL0(view), 1)} a token in this text).`;
  return own
    ? `${all} ${t`Feature ${feature} is at ${short(own.activation)} there and fires on ${fires} of ${tokenCount(tokens.length)}.`}`
    : `${all} ${t`Feature ${feature} is silent there and fires on ${fires} of ${tokenCount(tokens.length)}.`}`;
}

export function cardWords({ card, firing }: View): string {
  const effect = card.promoted.length > 0 ? t`It promotes ${list(card.promoted)} and suppresses ${list(card.suppressed)}.` : '';
  return `${firing ? `${t`It fires on ${percent(firing.density)} of held-out tokens (precomputed).`} ` : ''}${effect}`;
}
