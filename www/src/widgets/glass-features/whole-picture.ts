/** A push in words, and all that is shown. */
import { score } from '../../marks/numbers.ts';
import { t } from '../../words/words.ts';
import { cardWords, headline, short } from './sentence.ts';
import type { More, View } from './view.ts';

export function pushWords({ feature, how, amount }: View['push']): string {
  return how === 'clamp' ? t`feature ${feature} held at ${short(amount)}` : t`feature ${feature} times ${short(amount)}`;
}

/** What the push did, beside chance. */
export function steeringWords(view: View, { steering }: More): string {
  if (!steering) return '';
  const { after, random } = steering.divergence;
  const [pushed, moved, mean, most] = [pushWords(view.push), score(after), score(random.mean), score(random.p95)];
  return after > random.p95
    ? t`With ${pushed}, the next-token distribution moves by ${moved} nats, more than random directions do (mean ${mean}, 95 % below ${most}, ${random.draws} directions of the same length).`
    : t`With ${pushed}, the next-token distribution moves by ${moved} nats, no more than random directions do (mean ${mean}, 95 % below ${most}, ${random.draws} directions of the same length).`;
}

export function sweepWords({ push }: View, { sweep }: More): string {
  if (!sweep) return '';
  const at = sweep.amounts.length - 1;
  const amount = `${push.how === 'clamp' ? '' : '×'}${short(sweep.amounts[at] ?? 0)}`;
  return t`Unsteered loss ${score(sweep.unsteered.loss)} nats a token; at ${amount} it is ${score(sweep.loss[at] ?? Number.NaN)} with the feature and ${score(sweep.randomLoss[at] ?? Number.NaN)} with a random direction.`;
}

export const wholePicture = (view: View, more: More): string => [headline(view), cardWords(view), steeringWords(view, more), sweepWords(view, more)].filter((part) => part !== '').join(' ');
