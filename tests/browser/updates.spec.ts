// A newer build of the site comes while pages of the one before are open: it waits for the reader, and no page ever sees two.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { Chromium, type Tab } from './chromium.ts';
import { SiteServer, otherBuild } from './site_server.ts';

const test = base.extend<{ site: SiteServer; chromium: Chromium; first: string; later: string }>({
  site: async ({}, use) => {
    const site = await SiteServer.start();
    await use(site);
    await site.stop().catch(() => {});
  },
  chromium: async ({}, use) => {
    const chromium = await Chromium.start();
    await use(chromium);
    await chromium.stop();
  },
  first: async ({}, use) => {
    const { folder, remove } = await otherBuild(PROBE);
    await use(folder);
    await remove();
  },
  later: async ({}, use) => {
    const { folder, remove } = await otherBuild(LATER_PROBE);
    await use(folder);
    await remove();
  },
});

/** What tells two builds apart: a page's title, a file that it fetches, and one that its worker imports late. */
const PROBE = {
  'site/mark.js': () => `export const mark = 'first';`,
  'site/probe.js': () => `onmessage = async () => postMessage((await import('./mark.js')).mark);`,
};
const LATER_PROBE = {
  'superposition.html': (text: string) => text.replace('<title>', '<title>Later '),
  'site/mark.js': () => `export const mark = 'later';`,
  'site/probe.js': () => `${PROBE['site/probe.js']()} // later`,
};

/** Which build the page itself, its fetches and those of a worker that it starts now are answered from. */
const builds = (tab: Tab): Promise<{ page: string; fetched: string; worker: string }> => tab.evaluate(async () => {
  const at = (path: string): URL => new URL(path, document.baseURI);
  const worker = new Worker(at('site/probe.js'), { type: 'module' });
  worker.postMessage(null);
  const mark = await new Promise<string>((resolve) => worker.addEventListener('message', ({ data }) => resolve(data as string)));
  worker.terminate();
  const text = await (await fetch(at('site/mark.js'))).text();
  return { page: /later/i.test(document.title) ? 'later' : 'first', fetched: text.includes('later') ? 'later' : 'first', worker: mark };
});

const FIRST = { page: 'first', fetched: 'first', worker: 'first' };
const LATER = { page: 'later', fetched: 'later', worker: 'later' };
const NOTICE = 'A newer version of this site is here.';

const says = (tab: Tab, words: string): Promise<void> => expect.poll(() => tab.text(), { timeout: 60_000 }).toContain(words);

/** The site's keeper keeps this build. */
async function keep(chromium: Chromium, site: SiteServer, folder: string): Promise<Tab> {
  site.folder = folder;
  const tab = await chromium.open(`${site.origin}offline.html`);
  await says(tab, 'are kept');
  return tab;
}

test('an update is filled whole, waits for the reader, and never mixes with the pages of the build before', async ({ chromium, site, first, later }) => {
  const page = await keep(chromium, site, first);
  await page.open(`${site.origin}superposition.html`);
  const other = await chromium.open(`${site.origin}superposition.html`);
  expect(await builds(page)).toEqual(FIRST);

  site.folder = later;
  await page.reload();
  await says(page, NOTICE);
  expect(await builds(page)).toEqual(FIRST);
  await page.reload();
  expect(await builds(page)).toEqual(FIRST);

  await page.loads(() => page.click('Load it now'));
  expect(await builds(page)).toEqual(LATER);
  expect(await builds(other)).toEqual(FIRST);
  // The page of the build before goes on with it, without a network too, until its reader loads the other.
  await site.stop();
  expect(await builds(other)).toEqual(FIRST);
  await other.loads(() => other.click('Load it now'));
  expect(await builds(other)).toEqual(LATER);
});

test('an update is loaded at once, also while pages go on asking for things, and is then no news any more', async ({ chromium, site, first, later }) => {
  const page = await keep(chromium, site, first);
  await page.open(`${site.origin}superposition.html`);
  const busy = await chromium.open(`${site.origin}superposition.html`);
  site.folder = later;
  await page.reload();
  await says(page, NOTICE);

  // Each question wakes the service worker of the build before, and the browser puts the change to the newer one's off.
  await busy.evaluate(() => void setInterval(() => void fetch('site/mark.js'), 10));
  await page.loads(() => page.click('Load it now'));
  expect(await builds(page)).toEqual(LATER);
  expect(await builds(busy)).toEqual(FIRST);
  const { id } = JSON.parse(await readFile(join(later, 'site', 'files.json'), 'utf8')) as { id: string };
  await page.open(`${site.origin}offline.html`);
  await says(page, `Version ${id}`);
  await page.click('Look for an update');
  await says(page, 'This is the newest version.');
  expect(await page.text()).not.toContain('Update available.');
  await page.open(`${site.origin}superposition.html`);
  expect(await builds(page)).toEqual(LATER);
  expect(await page.text()).not.toContain(NOTICE);

  await site.stop();
  expect(await builds(busy)).toEqual(FIRST);
  await busy.close();
  await page.reload();
  expect(await builds(page)).toEqual(LATER);
});

test('a host that is between two builds gives no update', async ({ chromium, site, first, later }) => {
  const page = await keep(chromium, site, first);
  // The new list is there, its files are not yet.
  const list = await readFile(join(later, 'service-worker.js'), 'utf8');
  const half = await otherBuild({ ...PROBE, 'service-worker.js': () => list }, false);
  site.folder = half.folder;
  await page.click('Look for an update');
  await says(page, 'could not be taken whole, so this one stays');
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting ?? null)).toBeNull();
  expect(site.asked.filter((path) => path === 'site/mark.js').length).toBeGreaterThan(1);
  await page.open(`${site.origin}superposition.html`);
  expect(await builds(page)).toEqual(FIRST);
  await half.remove();
});
