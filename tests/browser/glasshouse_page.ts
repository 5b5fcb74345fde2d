// What the tests of the API share: a server of models, and a bare page of the site to call the API from.
import { test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import type * as api from '../../www/src/api/glasshouse.d.ts';
import { ModelServer } from './model_server.ts';

export { expect } from '@playwright/test';
export type Api = typeof api;

declare global {
  /** The API, on the pages of these tests. */
  var glasshouse: Api;
  /** What a call is refused with; fails where it is not refused, or with anything but the API's own error. */
  var refusal: (act: () => Promise<unknown>) => Promise<{ code: string; message: string }>;
}

export const test = base.extend<{ page: Page }, { models: ModelServer }>({
  models: [
    async ({}, use) => {
      const server = await ModelServer.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  page: async ({ page, baseURL }, use) => {
    await openBarePage(page, baseURL ?? '');
    await use(page);
  },
});

/** Opens an empty page of the site's own origin, with the API on it. */
export async function openBarePage(page: Page, site: string): Promise<void> {
  await page.route('**/bare.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Bare</title>' }));
  await page.goto(new URL('bare.html', site).href);
  await callApiFrom(page, site);
}

/** Imports the site's script into a page and lays it where the tests reach it. */
export async function callApiFrom(page: Page, site: string): Promise<void> {
  await page.evaluate(async (script) => {
    globalThis.glasshouse = (await import(script)) as Api;
    globalThis.refusal = async (act) => {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof glasshouse.GlasshouseError)) throw error;
        return { code: error.code, message: error.message };
      }
      throw new Error('It was not refused.');
    };
  }, new URL('glasshouse.js', site).href);
}
