/** Texts to start with, written for this page: in English, as the model's. */
import { t } from '../../words/words.ts';

export interface Example {
  readonly name: string;
  readonly text: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    name: t`A name, repeated`,
    text: 'Old Mr Pumblecroft had a parrot. Every morning the parrot said: good day, Mr Pumblecroft! And every evening the parrot said: good night, Mr',
  },
  {
    name: t`A poem`,
    text:
      'The tide comes in, the tide goes out,\nand still the lamp burns on the hill.\n' +
      'The gulls have nothing left to shout,\nand still the lamp burns on the',
  },
  {
    name: t`Code`,
    text: 'def area(width, height):\n    return width * height\n\ndef volume(width, height, depth):\n    return width * height',
  },
];

/** How many random tokens are drawn before they are repeated. */
export const RANDOM_COUNT = 24;
