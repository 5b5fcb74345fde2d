/** The page's `fetch` in a single file. */
import { fetchBy } from './packed.ts';

export const fetch = fetchBy((path) => Promise.resolve(document.querySelector(`script[data-file=${JSON.stringify(path)}]`)?.textContent ?? undefined));
