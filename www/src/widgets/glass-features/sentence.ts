/** The text and the feature in words. */
import { percent } from '../../marks/numbers.ts';
import { tokenLabel, visible } from '../../marks/token-text.ts';
import { activeAt, meanL0, overText, type View } from './view.ts';

/** A number as short as it may be: "3.2", "0.041", "120". */
export const short = (value: number): string => (value === 0 ? '0' : Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(2)).toString().replace('-', '−'));

const quoted = (text: string | null): string => `“${visible(text ?? '∅')}”`;

export const list = (tokens: readonly { text: string | null }[], count = 4): string => tokens.slice(0, count).map(({ text }) => quoted(text)).join(', ');

export function headline(view: View): string {
  const here = activeAt(view, view.position);
  const fires = overText(view, view.feature).filter((value) => value > 0).length;
  const own = here.find(({ index }) => index === view.feature);
  return `At ${quoted(tokenLabel(view.tokens, view.position))} ${here.length} of ${view.count} features fire (${meanL0(view).toFixed(1)} a token in this text). Feature ${view.feature} ${
    own ? `is at ${short(own.activation)} there` : 'is silent there'} and fires on ${fires} of ${view.tokens.length} tokens.`;
}

export function cardWords({ card, firing }: View): string {
  const effect = card.promoted.length > 0 ? `It promotes ${list(card.promoted)} and suppresses ${list(card.suppressed)}.` : '';
  return `${firing ? `It fires on ${percent(firing.density)} of held-out tokens. ` : ''}${effect}`;
}
