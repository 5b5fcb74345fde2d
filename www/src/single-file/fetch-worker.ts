/** The worker's `fetch` in a single file: the page's first message brings the files, and the worker's own code never sees it. */
import { fetchBy } from './packed.ts';

const files = new Promise<ReadonlyMap<string, string>>((resolve) => {
  addEventListener('message', (event: MessageEvent<ReadonlyMap<string, string>>) => {
    event.stopImmediatePropagation();
    resolve(event.data);
  }, { once: true });
});

export const fetch = fetchBy(async (path) => (await files).get(path));
