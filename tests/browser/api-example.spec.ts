// The example in the README runs as it stands there.
import { readFileSync } from 'node:fs';
import { expect, openBarePage } from './glasshouse_page.ts';
import { test } from '@playwright/test';

const README = new URL('../../README.md', import.meta.url);
/** The first block of JavaScript after the marker. */
const EXAMPLE = /<!-- example:api -->[^]*?```js\n([^]*?)```/;

test('the README\'s example of the API runs', async ({ page, baseURL }) => {
  const code = EXAMPLE.exec(readFileSync(README, 'utf8'))?.[1];
  if (!code) throw new Error('README.md has no ```js block after <!-- example:api -->.');
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  await openBarePage(page, baseURL ?? '');
  // As a module of the page: relative imports and model folders are relative to it.
  const failure = await page.evaluate(
    (code) =>
      new Promise<string | null>((resolve) => {
        Object.assign(globalThis, { exampleDone: () => resolve(null) });
        addEventListener('error', ({ message }) => resolve(message));
        addEventListener('unhandledrejection', ({ reason }) => resolve(String(reason)));
        const script = document.createElement('script');
        script.type = 'module';
        script.textContent = `${code}\n;exampleDone();`;
        document.body.append(script);
      }),
    code,
  );
  expect(failure).toBeNull();
  expect(said.filter((line) => line.startsWith('error'))).toEqual([]);
});
