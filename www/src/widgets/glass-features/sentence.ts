/** The picture in words. */
import { percent, score } from '../../marks/numbers.ts';
import { tokenLabel, visible } from '../../marks/token-text.ts';
import { activeAt, meanL0, overText, type More, type View } from './view.ts';

export const featureName = (index: number): string => `feature ${index}`;

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

export function pushWords({ feature, how, amount }: View['push']): string {
  return how === 'clamp' ? `feature ${feature} held at ${short(amount)}` : `feature ${feature} times ${short(amount)}`;
}

/** What the push did, beside chance. */
export function steeringWords(view: View, { steering }: More): string {
  if (!steering) return '';
  const { after, random } = steering.divergence;
  const verdict = after > random.p95 ? 'more than random directions do' : 'no more than random directions do';
  return `With ${pushWords(view.push)}, the next-token distribution moves by ${score(after)} nats, ${verdict} (mean ${score(random.mean)}, 95 % below ${score(random.p95)}, ${random.draws} directions of the same length).`;
}

export function sweepWords({ push }: View, { sweep }: More): string {
  if (!sweep) return '';
  const at = sweep.amounts.length - 1;
  return `Unsteered loss ${score(sweep.unsteered.loss)} nats a token; at ${push.how === 'clamp' ? '' : '×'}${short(sweep.amounts[at] ?? 0)} it is ${score(sweep.loss[at] ?? Number.NaN)} with the feature and ${score(sweep.randomLoss[at] ?? Number.NaN)} with a random direction.`;
}

export const wholePicture = (view: View, more: More): string => [headline(view), cardWords(view), steeringWords(view, more), sweepWords(view, more)].filter((part) => part !== '').join(' ');
