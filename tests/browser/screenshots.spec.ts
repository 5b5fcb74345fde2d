// What the widgets and the pages look like, compared with the pictures in ../pictures. CONTRIBUTING.md says how they are renewed.
import type { Locator, Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { expect, test } from './glasshouse_page.ts';
import type { GlassSuperposition } from '../../www/src/widgets/glass-superposition/element.ts';

/** The major version of Chromium that drew the pictures. */
const DRAWN_BY = 156;
/**
 * Measured: between runs, builds, processors, and even between Chromium 150 and 156, no pixel differs by more than the threshold.
 * The smallest sign, the dot of a legal move, has about 25 pixels.
 */
const TOLERANCE = { threshold: 0.1, maxDiffPixels: 10, stylePath: fileURLToPath(new URL('screenshots.css', import.meta.url)) };

/** One family for all text, that of Debian's fonts-dejavu-core. A page of both colour schemes. */
const PINNED = `:root { color-scheme: light dark; --sans: 'DejaVu Sans' !important; --mono: 'DejaVu Sans Mono' !important; --glass-font: 'DejaVu Sans' !important }
  body > *, figure > * { --mono: 'DejaVu Sans Mono' !important }`;

const LOOKS = {
  light: { width: 960, colorScheme: 'light' },
  dark: { width: 960, colorScheme: 'dark' },
  narrow: { width: 320, colorScheme: 'light' },
} as const;
type Look = keyof typeof LOOKS;

// The policy of the site's pages refuses the style that pins the font.
test.use({ contextOptions: { reducedMotion: 'reduce' }, bypassCSP: true });

test.beforeEach(async ({ page, browser }, testInfo) => {
  test.skip(process.platform !== 'linux', 'letters are drawn otherwise on other systems');
  test.skip(!(await hasFont(page)), 'DejaVu Sans is missing; `apt-get install fonts-dejavu-core` installs it');
  const version = browser.version();
  if (Number.parseInt(version, 10) !== DRAWN_BY) {
    testInfo.annotations.push({ type: 'another version', description: `Chromium ${DRAWN_BY} drew the pictures, this is ${version}: where all of them differ, renew them` });
  }
});

/** Whether letters come from the family that the pictures were drawn with, and not from whatever stands in for it. */
const hasFont = (page: Page): Promise<boolean> => page.evaluate(() => {
  const context = document.createElement('canvas').getContext('2d')!;
  const [one, other] = ['monospace', 'serif'].map((standIn) => {
    context.font = `40px 'DejaVu Sans', ${standIn}`;
    return context.measureText('The glass house, 0123').width;
  });
  return one === other;
});

async function dress(page: Page, look: Look): Promise<void> {
  const { width, colorScheme } = LOOKS[look];
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  await page.addStyleTag({ content: `${PINNED} body { margin: 0 }` });
}

interface Portrait {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** From the top of the element to the end of this part: what is below is tables, and what no two machines share. */
  readonly until: string;
  readonly steps?: number;
  /** Numbers of time, and of the moments at which the training was looked at. */
  readonly masked?: string;
}

const WIDGETS: Readonly<Record<string, Portrait>> = {
  induction: { tag: 'glass-induction', attributes: { ablate: '0.3:zero' }, until: '.focus' },
  superposition: { tag: 'glass-superposition', attributes: { instance: '2' }, steps: 600, until: '.seeds', masked: '.how-far p, .curve' },
  othello: { tag: 'glass-othello', attributes: {}, until: '[aria-labelledby=worth-title]' },
  features: { tag: 'glass-features', attributes: {}, until: '[aria-labelledby=tokens-title]' },
};

/** Parts that the first picture does not show. */
const OPENED: Readonly<Record<string, Portrait & { readonly part: string }>> = {
  'superposition-phase': { tag: 'glass-superposition', attributes: { view: 'phase', grid: '12', batch: '128' }, steps: 400, until: '.two', part: '.stage .two' },
  'othello-belief': { tag: 'glass-othello', attributes: { ply: '17', edits: 'd3:flip' }, until: '', part: '[aria-labelledby=belief-title]' },
  'features-card': { tag: 'glass-features', attributes: {}, until: '', part: '[aria-labelledby=card-title]' },
  'features-steering': { tag: 'glass-features', attributes: {}, until: '', part: '[aria-labelledby=touch-title]' },
};

/** Puts a widget on the page and waits until all of it is computed. */
async function show(page: Page, { tag, attributes, steps = 0 }: Portrait): Promise<Locator> {
  await page.evaluate(async ({ tag, attributes, steps }) => {
    const element = document.createElement(tag) as GlassSuperposition;
    for (const [name, value] of Object.entries({ hide: 'lesson', ...attributes })) element.setAttribute(name, value);
    document.body.append(element);
    await customElements.whenDefined(tag);
    await element.ready;
    if (steps > 0) await element.train(steps);
    await element.exportData();
    await element.updateComplete;
  }, { tag, attributes, steps });
  return page.locator(tag);
}

async function portrait(element: Locator, { until, masked }: Portrait): Promise<object> {
  const [{ x, y, width }, end] = [(await element.boundingBox())!, (await element.locator(until).boundingBox())!];
  const clip = { x, y, width, height: Math.ceil(end.y + end.height - y) };
  return { fullPage: true, clip, ...(masked && { mask: [element.locator(masked)], maskColor: '#888888' }), ...TOLERANCE };
}

for (const [name, widget] of Object.entries(WIDGETS)) {
  for (const look of Object.keys(LOOKS) as Look[]) {
    test(`${name}, ${look}`, async ({ page }) => {
      await dress(page, look);
      const element = await show(page, widget);
      await expect(page).toHaveScreenshot(`${name}-${look}.png`, await portrait(element, widget));
    });
  }
}

for (const [name, opened] of Object.entries(OPENED)) {
  test(name, async ({ page }) => {
    await dress(page, 'light');
    const element = await show(page, opened);
    await expect(element.locator(opened.part)).toHaveScreenshot(`${name}.png`, TOLERANCE);
  });
}

/** Draws the first such mark of a drawing in another way, however often it is drawn. */
const alter = (element: Locator, drawing: string, mark: string, how: string): Promise<void> => element.evaluate((node, { drawing, mark, how }) => {
  const root = node.shadowRoot!;
  const found = root.querySelector(`${drawing} ${mark}`)!;
  const sheet = new CSSStyleSheet();
  sheet.insertRule(`${drawing} > :nth-child(${[...found.parentElement!.children].indexOf(found) + 1}) { ${how} }`);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}, { drawing, mark, how });

test('a picture without one of its dots is another picture', async ({ page }) => {
  await dress(page, 'light');
  const element = await show(page, WIDGETS['othello']!);
  const given = await portrait(element, WIDGETS['othello']!);
  await expect(page).toHaveScreenshot('othello-light.png', given);
  await alter(element, '.columns > :first-child .field svg', 'circle[r="3.96"]', 'visibility: hidden');
  await expect(page).not.toHaveScreenshot('othello-light.png', given);
});

test('a picture with one arrow in another colour is another picture', async ({ page }) => {
  await dress(page, 'light');
  const element = await show(page, WIDGETS['superposition']!);
  const given = await portrait(element, WIDGETS['superposition']!);
  await expect(page).toHaveScreenshot('superposition-light.png', given);
  await alter(element, 'svg.plane', 'line[stroke^="#"]', 'stroke: #767676');
  await expect(page).not.toHaveScreenshot('superposition-light.png', given);
});

for (const name of ['index', 'induction', 'superposition', 'othello', 'features']) {
  for (const [look, size] of [['light', { width: 960, height: 600 }], ['dark', { width: 320, height: 640 }]] as const) {
    test(`the page ${name}, ${look}, ${size.width} px wide`, async ({ page, baseURL }) => {
      await page.goto(new URL(`${name}.html`, baseURL).href);
      await page.addStyleTag({ content: PINNED });
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: look });
      // Widgets have pictures of their own; sizes of downloads are those of the build.
      const mask = [page.locator('glass-induction, glass-superposition, glass-othello, glass-features'), page.locator('[data-download]')];
      await expect(page).toHaveScreenshot(`page-${name}-${look}.png`, { mask, maskColor: '#888888', ...TOLERANCE });
    });
  }
}
