// A walk through an element by keyboard and by ear, which is tested and written down at once: docs/walks.md holds what the tests hear.
import type { Locator, Page } from '@playwright/test';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from './glasshouse_page.ts';
import { ScreenReader } from './screen_reader.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/walks.md', import.meta.url));
/** A control that is further away is lost. */
const MOST_TABS = 40;

/** What stands in a table of Markdown as it is. */
const plain = (text: string): string => text.replace(/[\\|*_`<>[\]]/g, (sign) => (sign === '<' ? '&lt;' : `\\${sign}`));

export class Walk {
  readonly #lines: string[] = [];

  private constructor(private readonly page: Page, private readonly element: Locator, private readonly reader: ScreenReader, private readonly title: string) {}

  /** Stands before the element, which is the first thing on the page that takes the focus. */
  static async before(page: Page, element: Locator, title: string): Promise<Walk> {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    return new Walk(page, element, await ScreenReader.listen(page, element), title);
  }

  /** A stretch of the way, by what one wants to do. */
  async part(purpose: string, act: () => Promise<void>): Promise<void> {
    this.#lines.push('', `**${purpose}**`, '', '| Press | Hear |', '|---|---|');
    await test.step(purpose, act);
  }

  /** Presses a key, or the same one several times (`ArrowRight ×3`); then this is said of what has the focus. */
  async press(keys: string, hears: string): Promise<void> {
    const [key = '', times = '1'] = keys.split(' ×');
    await test.step(`${keys}: “${hears}”`, async () => {
      await this.#patience();
      for (let time = 0; time < Number(times); time += 1) await this.page.keyboard.press(key);
      await this.#finds(hears);
    });
    this.#lines.push(`| ${keys} | ${plain(hears)} |`);
  }

  /** Goes on with the tab key until this is said. */
  tab(hears: string): Promise<void> {
    return this.#go('Tab', hears);
  }

  /** Goes back with Shift and the tab key until this is said. */
  back(hears: string): Promise<void> {
    return this.#go('Shift+Tab', hears);
  }

  async #go(key: string, hears: string): Promise<void> {
    let times = 0;
    await test.step(`${key}: “${hears}”`, async () => {
      await this.#patience();
      const passed: (string | null)[] = [];
      do {
        await this.page.keyboard.press(key);
        times += 1;
        passed.push(await this.reader.focus());
        if (passed.at(-1) !== hears) this.reader.stay();
        expect(times, `“${hears}” is not among:\n${passed.join('\n')}`).toBeLessThan(MOST_TABS);
      } while (passed.at(-1) !== hears);
      await this.#finds(hears);
    });
    this.#lines.push(`| ${key}${times > 1 ? ` ×${times}` : ''} | ${plain(hears)} |`);
  }

  /** Types over what stands in the field. */
  async type(text: string, hears: string): Promise<void> {
    await test.step(`types “${text}”: “${hears}”`, async () => {
      await this.#patience();
      await this.page.keyboard.press('ControlOrMeta+A');
      await this.page.keyboard.type(text);
      await this.#finds(hears);
    });
    this.#lines.push(`| Ctrl+A, then type “${text}” | ${plain(hears)} |`);
  }

  /** This is announced without the focus moving: the effect of what was pressed last. */
  async told(sentence: string): Promise<void> {
    await test.step(`and then is told: “${sentence}”`, () => expect.poll(() => this.reader.announcements()).toContain(sentence));
    this.#lines.push(`|  | *${plain(sentence)}* |`);
  }

  /** Of work that takes a while just this is announced, in this order. */
  async toldJust(sentences: readonly string[]): Promise<void> {
    await test.step(`and then is told just: ${sentences.map((sentence) => `“${sentence}”`).join(' ')}`, () => expect.poll(() => this.reader.announcements(), { timeout: 90_000 }).toEqual(sentences));
    for (const sentence of sentences) this.#lines.push(`|  | *${plain(sentence)}* |`);
  }

  /** Beyond the last control there is nothing that holds the focus back. */
  async leave(): Promise<void> {
    await test.step('Tab: out of the element', async () => {
      await this.page.keyboard.press('Tab');
      expect(await this.reader.focus()).toBeNull();
    });
    this.#lines.push('| Tab | (out of the element) |');
  }

  /** docs/walks.md says the same; `--update-snapshots=all` writes it. */
  async isWritten(): Promise<void> {
    const opening = `## ${this.title}\n`;
    const written = `${opening}${this.#lines.join('\n')}\n`;
    const document = await readFile(DOCUMENT, 'utf8');
    const from = document.indexOf(opening);
    expect(from, `docs/walks.md has a heading “${this.title}”`).toBeGreaterThan(-1);
    const next = document.indexOf('\n## ', from);
    const to = next < 0 ? document.length : next;
    if (test.info().config.updateSnapshots === 'all') await writeFile(DOCUMENT, `${document.slice(0, from)}${written}${document.slice(to)}`);
    else expect(document.slice(from, to).trimEnd()).toBe(written.trimEnd());
  }

  /** One waits until the picture stands. */
  async #patience(): Promise<void> {
    await this.element.evaluate((node) => (node as HTMLElement & { ready: Promise<void> }).ready);
    await this.reader.hush();
  }

  async #finds(hears: string): Promise<void> {
    await expect.poll(() => this.reader.focus()).toBe(hears);
    this.reader.stay();
  }
}
