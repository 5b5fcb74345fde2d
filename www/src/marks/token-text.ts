/** Tokens as a reader can see them: spaces, line breaks and invisible characters get a visible mark. */
import { t } from '../words/words.ts';

export interface Token {
  readonly id: number;
  readonly text: string;
  /** UTF-16 offsets into the typed text; 0, 0 for the token put before it (BOS), null where ids were given instead of a text. */
  readonly start: number | null;
  readonly end: number | null;
}

const MARKS: Readonly<Record<string, string>> = { ' ': '␣', '\n': '↵', '\r': '␍', '\t': '⇥', '\u00a0': '⍽' };

/** Control, format and unpaired surrogate characters: they would be invisible, or would turn the line round. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

export function visible(text: string): string {
  if (text === '') return '∅';
  return text
    .replace(/[ \n\r\t\u00a0]/g, (character) => MARKS[character] ?? character)
    .replace(INVISIBLE, (character) => `‹${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}›`);
}

/** Whether the token at `index` is the one that the model puts before every text. */
export const isBos = (tokens: readonly Token[], index: number): boolean =>
  index === 0 && tokens[0]?.start === 0 && tokens[0].end === 0;

export const tokenCount = (tokens: number): string => (tokens === 1 ? t`1 token` : t`${tokens} tokens`);

/** How a token is named in labels and sentences. */
export const tokenLabel = (tokens: readonly Token[], index: number): string =>
  isBos(tokens, index) ? 'BOS' : visible(tokens[index]?.text ?? '');

/** A label cut to `length` characters, for the axes of a picture. */
export function shorten(label: string, length: number): string {
  const characters = [...label];
  return characters.length <= length ? label : `${characters.slice(0, length - 1).join('')}…`;
}
