// The Content-Security-Policy of every page: strict, and kept in every state that a reader can reach.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';

declare global {
  interface Window {
    violated: string[];
  }
}

/** What the policy forbade on the page, and what else went wrong. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  const troubles: string[] = [];
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.addInitScript(() => {
    window.violated = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample, sourceFile, lineNumber }) =>
      window.violated.push(`${effectiveDirective} ${blockedURI} ${sample} ${sourceFile ?? ''}:${lineNumber}`));
  });
  return async () => [...(await page.evaluate(() => window.violated)), ...troubles];
}

/** Opens whatever is closed in an element: tables, explanations, and each menu in turn. */
async function openAll(widget: Locator): Promise<void> {
  await widget.evaluate((element) => element.shadowRoot?.querySelectorAll('details').forEach((details) => (details.open = true)));
  for (const name of ['Share', 'Embed', 'Download', 'Copy as Python']) {
    const button = widget.getByRole('button', { name, exact: true });
    await button.click();
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    await expect(widget.locator('#take-away > *').first()).toBeVisible();
  }
}

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

test('every page has a policy that forbids inline code and styles and foreign origins', async ({ page, request }) => {
  const { files } = (await (await request.get('./site/files.json')).json()) as { files: { path: string }[] };
  const pages = files.map(({ path }) => path).filter((path) => /^[^/]+\.html$/.test(path));
  expect(pages).toContain('index.html');
  expect(pages).toContain('yours.html');
  for (const name of pages) {
    await test.step(name, async () => {
      const troubles = await watch(page);
      await page.goto(`./${name}`);
      await page.waitForLoadState('networkidle');
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
      expect(policy, name).toContain("default-src 'none'");
      expect(policy, name).not.toMatch(/'unsafe-inline'|'unsafe-eval'|'unsafe-hashes'|https?:|data:/);
      expect(policy?.includes('connect-src *'), name).toBe(name.startsWith('embed.'));
      expect(await troubles(), name).toEqual([]);
    });
  }
});

test('the listener hears of what the policy forbids', async ({ page }) => {
  const troubles = await watch(page);
  await page.goto('./embed.html');
  await page.evaluate(() => {
    document.body.setAttribute('style', 'color: red');
    document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.violated = []' }));
  });
  await expect.poll(async () => (await troubles()).join('\n')).toMatch(/style-src-attr[\s\S]*script-src-elem/);
});

const WIDGETS: readonly [string, string[]][] = [
  ['glass-induction', ['ablate=1.2:zero&layer=1&head=2&position=20']],
  ['glass-features', ['compare=on&search=the']],
  ['glass-othello', ['', 'ply=12']],
  ['glass-superposition', ['view=geometry&steps=200', 'view=sweep&steps=100', 'view=phase&steps=50', 'view=interference&steps=100']],
];

for (const [tag, states] of WIDGETS) {
  for (const state of states) {
    test(`${tag} keeps to it with everything open${state === '' ? '' : `, ${state}`}`, async ({ page }) => {
      const troubles = await watch(page);
      await page.goto(`./embed.html?widget=${tag}#v=1&widget=${tag}&${state}`);
      const widget = page.locator(tag);
      await expect(widget).toHaveAttribute('status', /ready|running/, { timeout: 90_000 });
      await widget.evaluate((element: HTMLElement & { ready: Promise<void> }) => element.ready);
      await openAll(widget);
      const bytes = await widget.evaluate(async (element: HTMLElement & { exportImage(format: 'png'): Promise<Blob> }) => (await element.exportImage('png')).size);
      expect(bytes).toBeGreaterThan(1000);
      expect(await troubles()).toEqual([]);
    });
  }
}

test('the lengths and colours that widgets set stand under the policy', async ({ page }) => {
  await page.goto('./embed.html?widget=glass-induction');
  const widget = page.locator('glass-induction');
  await expect(widget).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  const token = widget.locator('.token[style*=background]').first();
  expect(await token.evaluate((element) => getComputedStyle(element).backgroundColor)).toMatch(/^rgb\(/);
  // The picture is drawn as it is where no policy stands: its own style sheet is no style of the page.
  const png = (script: string) => page.evaluate(async (script) => {
    await import(script);
    const element = document.querySelector('glass-induction') ?? document.body.appendChild(document.createElement('glass-induction'));
    await customElements.whenDefined('glass-induction');
    const bytes = await (await (element as HTMLElement & { exportImage(format: 'png'): Promise<Blob> }).exportImage('png')).arrayBuffer();
    return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
  }, script);
  const script = new URL('./v1/glasshouse.js', page.url()).href;
  const protectedPicture = await png(script);
  await page.route('**/bare.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Bare</title>' }));
  await page.goto('./bare.html');
  expect(await png(script)).toBe(protectedPicture);
});
