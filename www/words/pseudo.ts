/**
 * A language for tests, as `ar-XB` is among the pseudo-locales of Unicode's data: every text that comes from a catalogue runs
 * from right to left. What does not, was written past the catalogue.
 */
import type { Catalogue } from '../src/words/catalogue.ts';

/** Right-to-left override, and its end; values are set apart, so that they keep their own direction and their place. */
const turned = (text: string): string => text.split(/(\{\d+\})/).map((part) => (part === '' ? part : /^\{\d+\}$/.test(part) ? `\u2068${part}\u2069` : `\u202e${part}\u202c`)).join('');

export default new Proxy<Catalogue>({}, { get: (_, key) => (typeof key === 'string' ? turned(key) : undefined) });
