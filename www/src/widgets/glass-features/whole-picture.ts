/** A push in words, and all that is shown. */
import { score } from '../../marks/numbers.ts';
import { cardWords, headline, short } from './sentence.ts';
import type { More, View } from './view.ts';

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
