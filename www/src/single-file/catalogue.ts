/** Takes the place of words/catalogue.ts in a single file: a page in another language than English brings its catalogue along. */
import type { Catalogue } from '../words/catalogue.ts';

const packed = typeof document === 'undefined' ? null : document.querySelector('script[data-catalogue]');

export const language = packed ? document.documentElement.lang : 'en';

export const catalogue = JSON.parse(packed?.textContent ?? '{}') as Catalogue;
