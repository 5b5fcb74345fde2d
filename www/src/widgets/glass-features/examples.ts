import { t } from '../../words/words.ts';

/** Texts to start with: their kind of text is what the model learnt from. */
export const EXAMPLES: readonly { readonly name: string; readonly text: string }[] = [
  { name: t`A story`, text: 'Once upon a time there was a little girl who lived near a big wood. One day she said to her mother, "I want to see the' },
  { name: t`Talk`, text: '"Where are you going?" said the fox. "I am going home," said the rabbit. "Will you come with me?" asked the' },
  { name: t`The sea`, text: 'The ship sailed over the sea for many days. The captain looked at the waves and the wind blew from the' },
  { name: t`Two sisters`, text: 'Her sister took her hand. She was afraid of the dark, but she loved her father and her mother, and she' },
];
