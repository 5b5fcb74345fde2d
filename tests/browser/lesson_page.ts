// What the tests of the lessons share: a lesson's page, its links and its questions.
import type { Locator, Page } from '@playwright/test';

export const LESSONS = ['induction', 'superposition', 'othello', 'features'] as const;

/** Answers on which the prose goes on: where a new training changes one, the words beside it have to change as well. */
export const PROSE: Readonly<Record<(typeof LESSONS)[number], Readonly<Record<string, string>>>> = {
  induction: { twin: 'no', previous: 'before', note: 'lost', ablate: 'less', single: 'less', zero: 'disagree' },
  superposition: { dense: '2', rare: '5', together: 'spoilt', cost: 'less', seeds: 'most', chance: 'little' },
  othello: { layers: 'fewer', belief: 'fewer', late: 'more' },
  features: { sparse: 'few', effect: 'more', damage: 'much' },
};

/** Every page of the built site. */
export async function pagesOf(page: Page): Promise<string[]> {
  const { files } = (await (await page.request.get('./site/files.json')).json()) as { files: { path: string }[] };
  return files.map(({ path }) => path).filter((path) => /^[^/]+\.html$/.test(path));
}

export const figureOf = (page: Page): Locator => page.locator('.figure > :first-child');

/** Opens a lesson with all its steps. */
export async function openLesson(page: Page, lesson: string): Promise<Locator> {
  await page.goto(`./${lesson}.html`);
  await page.locator('article').evaluate((article) => article.querySelectorAll('details').forEach((step) => (step.open = true)));
  return figureOf(page);
}

/** Waits until the figure shows what it was asked for. */
export const settled = (figure: Locator): Promise<void> => figure.evaluate((element) => (element as unknown as { ready: Promise<void> }).ready);

/** What a link says of the figure, as attributes. */
export const stateIn = (hash: string): [string, string][] =>
  [...new URLSearchParams(hash.slice(hash.indexOf('#') + 1))].filter(([name]) => !['v', 'widget'].includes(name));

/** Answers a question; returns whether it was right, and what was said. */
export async function guess(question: Locator, choice: Locator): Promise<{ right: boolean; words: string; answer: string }> {
  await choice.click();
  const reveal = question.locator('.reveal');
  const answer = reveal.locator('b');
  // The words are of this guess, and not those of the one before.
  const said = (await choice.textContent())?.trim() ?? '';
  await answer.waitFor();
  const words = (await reveal.textContent()) ?? '';
  if (!words.startsWith(`You said: ${said}. The model says: `)) throw new Error(`The answer is to another guess: ${words}`);
  return { right: (await question.getAttribute('data-judged')) === 'right', words, answer: (await answer.textContent())?.trim() ?? '' };
}
