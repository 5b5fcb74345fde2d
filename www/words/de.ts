/** German: the texts of the elements and of the pages' scripts, room by room. Those of the pages are put in when the site is built. */
import features from './de/glass-features.json';
import induction from './de/glass-induction.json';
import othello from './de/glass-othello.json';
import shared from './de/shared.json';
import site from './de/site.json';
import superposition from './de/glass-superposition.json';
import type { Catalogue } from '../src/words/catalogue.ts';

export default { ...shared, ...site, ...features, ...induction, ...othello, ...superposition } satisfies Catalogue as Catalogue;
