/**
 * What the page says, in its reader's language. A text stands in the code where it is shown, in English, and that is its key
 * in the catalogues (www/words): t`Seed ${seed}.` looks up "Seed {0}."; a translation may put its values in another order.
 */
import { catalogue, language } from './catalogue.ts';

/** A text on one line, with values in it; numbers among them come formatted (marks/numbers.ts). */
export const t = (english: TemplateStringsArray, ...values: readonly unknown[]): string => say(english, ...values).join('');

/** The same in pieces, for values that are templates: what lit draws. */
export function say(english: TemplateStringsArray, ...values: readonly unknown[]): unknown[] {
  const key = english.reduce((text, part, at) => `${text}{${at - 1}}${part}`);
  return (catalogue[key] ?? key).split(/\{(\d+)\}/).map((part, at) => (at % 2 === 1 ? values[Number(part)] : part));
}

/** Whose marks stand in numbers. */
export const locale = language.length === 2 && language !== 'en' ? language : 'en-GB';

/** For what stands beside texts of another language, or among such that run from right to left. */
export const direction = language.startsWith('ar') ? 'rtl' : 'ltr';

/** The page of the site with this name, in this language; the site has none in the language of the tests. */
export const pageName = (name: string): string => (locale === language ? `${name}.${language}.html` : `${name}.html`);

export { language };
