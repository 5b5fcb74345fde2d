import { GlasshouseError } from './error.ts';

/** The number of letters to insert, delete or replace to get from one word to the other. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const replaced = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** The known word that is nearest to a misspelt one. */
export function nearest(word: string, known: readonly string[]): string {
  const distance = (other: string) => editDistance(word.toLowerCase(), other.toLowerCase());
  return known.reduce((best, other) => (distance(other) < distance(best) ? other : best));
}

/**
 * Refuses an object with a property that nobody reads: a misspelt option would otherwise do nothing, silently.
 * `what` names the object in the sentence.
 */
export function refuseUnknown(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new GlasshouseError('bad-input', `${what} has no ${JSON.stringify(name)}; did you mean ${JSON.stringify(nearest(name, known))}?`);
  }
}

/** Refuses a word outside a list. */
export function refuseOther<Word extends string>(what: string, given: unknown, known: readonly Word[]): Word {
  if (known.includes(given as Word)) return given as Word;
  const guess = typeof given === 'string' ? `; did you mean ${JSON.stringify(nearest(given, known))}?` : `; it is one of ${known.join(', ')}.`;
  throw new GlasshouseError('bad-input', `${what} cannot be ${JSON.stringify(given) ?? String(given)}${guess}`);
}
