// Stock Firefox: every page of the site, the time without a network, and the single files, on the CPU.
import { mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test as base } from '@playwright/test';
import { FIREFOX, Firefox } from './firefox.ts';
import { DIST, SiteServer, singleFiles } from './site_server.ts';

const WIDGETS = ['induction', 'superposition', 'othello', 'features'];

const test = base.extend<object, { firefox: Firefox; site: SiteServer }>({
  firefox: [
    async ({}, use) => {
      const firefox = await Firefox.start();
      await use(firefox);
      await firefox.stop();
    },
    { scope: 'worker' },
  ],
  site: [
    async ({}, use) => {
      const site = await SiteServer.start();
      await use(site);
      await site.stop().catch(() => {});
    },
    { scope: 'worker' },
  ],
});

test.skip(FIREFOX === null, 'Firefox is not on this machine: `apt-get install firefox-esr` installs it, or FIREFOX=/path/to/firefox names one.');
test.describe.configure({ mode: 'default' });

/** Waits until every element of the page that comes into view stands, and says what each is computed on. */
const settled = (firefox: Firefox): Promise<string[]> =>
  firefox.evaluate(async () => {
    const said: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement & { ready: Promise<void> }>('glass-induction, glass-superposition, glass-othello, glass-features')) {
      await customElements.whenDefined(element.localName);
      element.scrollIntoView();
      await element.ready;
      said.push(`${element.localName} ${element.dataset['backend']}`);
    }
    return said;
  });

const pages = readdirSync(DIST).filter((name) => name.endsWith('.html') && name !== 'embed.html');

for (const name of pages) {
  test(`${name} opens without an error, and its widgets compute on the CPU`, async ({ firefox, site }) => {
    await firefox.open(site.origin + name);
    const said = await settled(firefox);
    if (WIDGETS.includes(name.replace('.html', ''))) expect(said).toContain(`glass-${name.replace('.html', '')} cpu`);
    for (const line of said) expect(line).toMatch(/ cpu$/);
    expect(firefox.errors).toEqual([]);
    expect(firefox.requests.filter((url) => !url.startsWith(site.origin))).toEqual([]);
  });
}

test('what one visit keeps works without a network', async ({ firefox }) => {
  const site = await SiteServer.start();
  await firefox.open(`${site.origin}superposition.html`);
  await settled(firefox);
  await firefox.open(`${site.origin}offline.html`);
  await expect.poll(() => firefox.evaluate(() => document.querySelector('#kept')?.textContent?.replaceAll(/\s+/g, ' ') ?? '')).toMatch(/Superposition ?[\d.]+ MB ?yes/);
  await site.stop();
  await firefox.open(`${site.origin}superposition.html`);
  expect(await settled(firefox)).toEqual(['glass-superposition cpu']);
});

test('the single files work from the disk, offline, and ask for nothing', async () => {
  test.slow();
  const folder = await mkdtemp(join(tmpdir(), 'glasshouse-single-'));
  await singleFiles(folder);
  const firefox = await Firefox.start({ 'browser.offline': true });
  for (const name of WIDGETS) {
    const file = pathToFileURL(join(folder, `${name}.html`)).href;
    await firefox.open(file);
    expect(await settled(firefox)).toEqual([`glass-${name} cpu`]);
    const selfCheck = await firefox.evaluate(async (tag) => {
      const { selfCheck } = await document.querySelector<HTMLElement & { exportData(): Promise<{ selfCheck: { ok: boolean } }> }>(tag)!.exportData();
      return selfCheck.ok;
    }, `glass-${name}`);
    expect(selfCheck).toBe(true);
    expect(firefox.errors).toEqual([]);
    expect(firefox.requests.filter((url) => url !== file)).toEqual([]);
  }
  await firefox.stop();
  await rm(folder, { recursive: true });
});
