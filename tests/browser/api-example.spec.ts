// The examples in the README run as they stand there.
import { readFileSync } from 'node:fs';
import { expect, openBarePage } from './glasshouse_page.ts';
import { test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { tinyModel } from './tiny_model.ts';
import { tinySae } from './tiny_sae.ts';

const README = new URL('../../README.md', import.meta.url);

/** The first block of JavaScript after the marker. */
function example(name: string): string {
  const code = new RegExp(`<!-- example:${name} -->[^]*?\`\`\`js\\n([^]*?)\`\`\``).exec(readFileSync(README, 'utf8'))?.[1];
  if (!code) throw new Error(`README.md has no \`\`\`js block after <!-- example:${name} -->.`);
  return code;
}

/** Runs it as a module of the page, relative to which its imports and folders are; returns what failed. */
async function run(page: Page, code: string): Promise<string | null> {
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
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
  return failure ?? said.find((line) => line.startsWith('error')) ?? null;
}

test('the README\'s example of the API runs', async ({ page, baseURL }) => {
  await openBarePage(page, baseURL ?? '');
  expect(await run(page, example('api'))).toBeNull();
});

test('the README\'s example of a sparse autoencoder runs', async ({ page, context, baseURL }) => {
  for (const [folder, files] of [['my-model', tinyModel()], ['my-sae', tinySae()]] as const) {
    await context.route(`**/models/${folder}/*`, (route) => {
      const body = files.get(new URL(route.request().url()).pathname.split('/').at(-1) ?? '');
      return body ? route.fulfill({ body: Buffer.from(body) }) : route.fulfill({ status: 404 });
    });
  }
  await openBarePage(page, baseURL ?? '');
  expect(await run(page, example('sae'))).toBeNull();
});
