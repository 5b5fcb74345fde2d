// The pages in every language: whole, sound, narrow enough, with the same numbers behind them, and lessons that work in each.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { LANGUAGES, catalogueOf, pageNames } from '../../www/pages.mjs';
import { textsOf } from '../../www/texts.mjs';
import { figureOf, settled } from './lesson_page.ts';
import { clickSquare } from './othello_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What goes wrong on a page, and what it asks of other hosts. */
function watch(page: Page, home = ''): string[] {
  const seen: string[] = [];
  page.on('pageerror', ({ message }) => seen.push(message));
  page.on('console', (message) => {
    // A model folder may come without means; a browser reports what it asked for in vain.
    if (message.type() === 'error' && !message.location().url.endsWith('/means.safetensors')) seen.push(message.text());
  });
  page.on('request', (request) => {
    if (request.url().startsWith('http') && !request.url().startsWith(home)) seen.push(request.url());
  });
  return seen;
}

/** Texts without the numbers of their tags, which follow the order in which they stand. */
const bare = (text: string): string => text.replaceAll(/<(\/?)\d+(\/?)>/g, '<$1$2>');

for (const language of Object.keys(LANGUAGES)) {
  for (const name of await pageNames()) {
    test(`${name} in ${language}: every text is translated, nothing runs over, and nothing goes wrong`, async ({ page, request, baseURL }) => {
      const seen = watch(page, baseURL);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(`./${name}.${language}.html`);
      await expect(page.locator('html')).toHaveAttribute('lang', language);

      const catalogue = await catalogueOf(language);
      const translations = new Set(Object.values(catalogue).map(bare));
      const texts = textsOf(await (await request.get(`./${name}.${language}.html`)).text()).map(({ key }) => bare(key));
      // Put in by the build: what a widget's download weighs, and the other languages' own names.
      const built = new Set(['English', ...Object.values(LANGUAGES)]);
      expect(texts.length).toBeGreaterThan(0);
      expect(texts.filter((text) => !translations.has(text) && !built.has(text) && !/\d MB/.test(text))).toEqual([]);

      await page.waitForLoadState('networkidle');
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBeLessThanOrEqual(width);
      }
      expect(seen).toEqual([]);
      if (name === 'embed') return; // a frame holds an element and nothing else
      const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))).toEqual([]);
    });
  }

  test(`every page and its twin in ${language} name each other, and each links to its own language`, async ({ request }) => {
    const names = await pageNames();
    for (const name of names) {
      const [english, other] = await Promise.all([`${name}.html`, `${name}.${language}.html`].map(async (file) => (await request.get(`./${file}`)).text()));
      expect(english).toContain(`<link rel="alternate" hreflang="${language}" href="./${name}.${language}.html" />`);
      expect(other).toContain(`<link rel="alternate" hreflang="en" href="./${name}.html" />`);
      if (name === 'embed') continue;
      const inside = [...(other ?? '').matchAll(/<a [^>]*href="\.\/([a-z]+)\.([^"#?]*)html[^>]*>/g)].filter(([, to = '']) => names.includes(to));
      expect(inside.length).toBeGreaterThan(5);
      for (const [link, to, extension] of inside) expect(extension, `${link} on ${name}`).toBe(to === name && link.includes('hreflang="en"') ? '' : `${language}.`);
    }
  });
}

/** States that are the same numbers wherever they are opened, and what is of the moment. */
const STATES = {
  induction: 'text=The+cat+sat.+The+cat+sat&layer=1&head=2&ablate=0.3:zero&seed=7',
  superposition: 'preset=square&steps=300&seed=3',
  othello: 'transcript=f5d6c3d3c4&layer=3&edits=d3:flip',
  features: 'text=Once+upon+a+time&position=2',
} as const;

for (const [name, state] of Object.entries(STATES)) {
  test(`${name}: the same link shows the same numbers in every language`, async ({ page }) => {
    test.setTimeout(240_000);
    const found = new Map<string, string>();
    for (const extension of ['html', ...Object.keys(LANGUAGES).map((language) => `${language}.html`)]) {
      await page.goto('about:blank');
      await page.goto(`./${name}.${extension}#v=1&widget=glass-${name}&${state}`);
      const figure = figureOf(page);
      await expect(figure).toHaveAttribute('status', 'ready', { timeout: 90_000 });
      await settled(figure);
      found.set(extension, await figure.evaluate(async (element) => JSON.stringify(await (element as unknown as { exportData(): Promise<object> }).exportData(), null, 1)));
    }
    const [english, ...others] = found.values();
    expect(english?.length).toBeGreaterThan(1000);
    for (const other of others) expect(other).toBe(english);
  });
}

test('a lesson in German: a question is judged and a task met, in German numbers', async ({ page }) => {
  const catalogues: string[] = [];
  page.on('request', (request) => /words-[a-z]+\.js$/.test(request.url()) && catalogues.push(request.url()));
  await page.goto('./othello.de.html');
  const figure = figureOf(page);
  await expect(figure).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  const question = page.locator('[data-question=legal]');
  // Element and lesson share one catalogue.
  expect(catalogues.length).toBe(1);
  // The style sheet speaks, too.
  expect(await question.locator('.asked').evaluate((asked) => getComputedStyle(asked, '::before').content)).toBe('"Rate zuerst. "');
  await question.getByRole('button', { name: 'Mehr als neun Zehntel' }).click();
  await expect(question.locator('.reveal')).toHaveText(/^Deine Antwort: Mehr als neun Zehntel\. Das Modell sagt: .*\. .* fallen auf die \d+ erlaubten Felder; beim untrainierten Zwilling \d+(,\d)?\s%\.$/, { timeout: 60_000 });
  await expect(question).toHaveAttribute('data-judged', /right|wrong/);
  await page.goto('./othello.de.html#v=1&widget=glass-othello&transcript=f5d6c3&hide=lesson');
  await settled(figure);
  await clickSquare(figure, 0, 'd3');
  await expect(page.locator('[data-task=play]')).toHaveClass(/done/);
  await expect(page.locator('[data-progress]')).toHaveText('1 von 5 Schritten geschafft.');

  await page.goto('./superposition.de.html#v=1&widget=glass-superposition&preset=pentagon&steps=300');
  await expect(figure).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  const words = await figure.evaluate((element) => (element.shadowRoot?.querySelector('.frame') as HTMLElement).innerText);
  expect(words).toMatch(/\d,\d/);
  expect(words.match(/(?<![\d.])\d+\.(?!\d{3}\b)\d+/g) ?? []).toEqual([]);
});

test('the way to the other language keeps the state of the figure and the workshop', async ({ page }) => {
  const query = '?workshop=Klasse+9&without=pages';
  await page.goto(`./othello.html${query}#v=1&widget=glass-othello&transcript=f5d6c3&layer=3`);
  const figure = figureOf(page);
  await expect(figure).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  await page.locator('article details[open] a[href^="#v="]').first().click();
  await settled(figure);
  const before = new URL(page.url());
  await page.getByRole('link', { name: 'Deutsch' }).click();
  await expect(page).toHaveURL(/othello\.de\.html/);
  const after = new URL(page.url());
  expect([after.search, after.hash]).toEqual([before.search, before.hash]);
  await expect(figure).toHaveAttribute('transcript', new URLSearchParams(before.hash.slice(1)).get('transcript') ?? '');
  await expect(page.getByText('Klasse 9')).toBeVisible();
});

test('a link from the German workshop page opens the German lesson', async ({ page }) => {
  await page.goto('./workshop.de.html');
  await expect(page.locator('#link')).toHaveValue(/\/induction\.de\.html\?workshop=/);
});
