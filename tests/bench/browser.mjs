// The engine in a browser, beside onnxruntime-web in the same page: prints one JSON object per measurement, and words.
//
//   GLASSHOUSE_URL=http://127.0.0.1:8080/ node tests/bench/browser.mjs        (CHROME=/path/to/chromium)
//
// `cargo xtask bench browser` builds and serves the site and runs this.

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

/** As the browser tests start it: quiet, and with the software WebGPU adapter. */
const FLAGS = [
  '--no-sandbox', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader',
];

/** Files of the bench appear under these addresses of the site's own origin. */
const FOLDERS = {
  '/bench-page/': new URL('./', import.meta.url),
  '/bench-ort/': new URL('./node_modules/onnxruntime-web/dist/', import.meta.url),
  '/bench-tf/': new URL('./node_modules/@tensorflow/', import.meta.url),
};

const TYPES = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };

async function openPage(browser, site) {
  // The site's pages forbid eval, which TensorFlow.js needs.
  const context = await browser.newContext({ bypassCSP: true });
  for (const [prefix, folder] of Object.entries(FOLDERS)) {
    await context.route(`${site}**${prefix}**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      const file = new URL(pathname.slice(pathname.indexOf(prefix) + prefix.length), folder);
      await route.fulfill({ contentType: TYPES[extname(file.pathname)], body: await readFile(fileURLToPath(file)) });
    });
  }
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  page.on('pageerror', (error) => console.error(String(error)));
  await page.exposeFunction('report', (row) => console.log(typeof row === 'string' ? row : JSON.stringify(row)));
  const asked = await browser.newBrowserCDPSession();
  // Of the page's own process, threads that compile included: what other jobs on the machine take does not count.
  await page.exposeFunction('cpuSeconds', async () => {
    const { processInfo } = await asked.send('SystemInfo.getProcessInfo');
    return Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ cpuTime }) => cpuTime));
  });
  await page.goto(new URL('embed.html', site).href);
  return page;
}

/** Runs `measure` of one of the modules beside this one in a fresh page. */
async function section(browser, site, module) {
  const page = await openPage(browser, site);
  const folder = new URL('bench-page/', site).href;
  await page.evaluate(async (address) => (await import(address)).measure(globalThis.report), `${folder}${module}`);
  await page.context().close();
}

const site = process.env.GLASSHOUSE_URL ?? 'http://127.0.0.1:8080/';
const sections = process.argv.length > 2 ? process.argv.slice(2) : ['forward.mjs', 'keystroke.mjs', 'othello.mjs', 'versus_onnxruntime.mjs', 'versus_encoders.mjs', 'versus_tensorflow.mjs'];
const browser = await chromium.launch({ executablePath: process.env.CHROME ?? '/usr/bin/chromium', args: FLAGS });
try {
  for (const module of sections) await section(browser, site, module);
} finally {
  await browser.close();
}
