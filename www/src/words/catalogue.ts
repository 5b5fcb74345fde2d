/** Which language the page speaks, and its catalogue. Everything that says something waits for it. */

export type Catalogue = Readonly<Record<string, string>>;

/** The languages beside English, by the primary subtag of `<html lang>`. */
const CATALOGUES: Readonly<Record<string, () => Promise<{ readonly default: Catalogue }>>> = {
  de: () => import('../../words/de.ts'),
  'ar-XB': () => import('../../words/pseudo.ts'),
};

/** As the page says: "de" and "de-CH" are German, and what has no catalogue is English. */
function asked(): string {
  const { lang } = document.documentElement;
  return Object.hasOwn(CATALOGUES, lang) ? lang : (lang.split('-')[0] ?? '').toLowerCase();
}

async function fetched(language: string): Promise<readonly [string, Catalogue]> {
  try {
    const catalogue = await CATALOGUES[language]?.();
    if (catalogue) return [language, catalogue.default];
  } catch (error) {
    console.error(`Glasshouse could not fetch its words in “${language}”.`, error);
  }
  return ['en', {}];
}

/** Without a page, in a worker, nothing is said. */
export const [language, catalogue] = await fetched(typeof document === 'undefined' ? 'en' : asked());
