// What the tests of <glass-othello> share: an element on a bare page, with a small random model and its probes unless a test says otherwise.
import type { Locator, Page } from '@playwright/test';
import type { GlassOthello } from '../../www/src/widgets/glass-othello/element.ts';
import { expect, test } from './glasshouse_page.ts';
import type { ModelServer } from './model_server.ts';
import { othelloModel, othelloProbes } from './tiny_othello.ts';

export { expect, test };

interface Errors {
  errors: number;
  falsePositives: string[];
  falseNegatives: string[];
}

/** What `exportData()` promises, as far as these tests read it. */
export interface Exported {
  transcript: string;
  refused: { at: number; move: string; reason: string } | null;
  ply: number;
  toMove: string | null;
  passed: boolean;
  board: number[];
  legal: string[];
  layer: number;
  frame: string;
  unread: string | null;
  probedBoard: Record<string, number | string>[] | null;
  wrongSquares: string[] | null;
  probedBoardControl: Record<string, Record<string, number | string>[] | null>;
  squaresRight: { layer: number; frame: string; model: number; control: { untrained: number; bagOfMoves: number } }[];
  probeAccuracy: { layer: number; frame: string; all: number; nonEmpty: number; balanced: number; control: Record<string, number> }[];
  moves: { square: string; prob: number; legal: boolean }[];
  legalMass: number | null;
  illegalMass: number | null;
  intervention: {
    edits: { square: string; how: string }[]; layers: number[]; scale: number; editedBoard: number[]; editedLegal: string[]; newlyLegal: string[]; newlyIllegal: string[];
    before: Errors; after: Errors & { moves: { square: string; prob: number }[] };
    control: { randomDirection: { mean: number; p95: number; draws: number }; unrelatedSquare: (Errors & { squares: string[] }) | null };
    sweep: { layer: number; errors: number; randomErrors: number }[];
  } | null;
  interventionTable: { cases: number; before: number; truth: number; rows: { layers: number[]; errors: number; control: { randomDirection: { mean: number; p95: number }; unrelatedSquare: number } }[] } | null;
  attention: { block: number; shape: number[]; data: number[] }[];
  backend: string;
  selfCheck: { ok: boolean };
  settings: Record<string, unknown>;
}

export const GAME = 'f5d6c3d3c4f4';

export const folders = (models: ModelServer): Record<string, string> => ({ model: models.folder(othelloModel()), probes: models.folder(othelloProbes()) });

/** Puts an element on the page and waits until it is ready, or until it says that it is not. */
export async function mount(page: Page, attributes: Record<string, string>): Promise<Locator> {
  await page.evaluate(async (attributes) => {
    const element = document.createElement('glass-othello');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(Object.assign(document.createElement('p'), { textContent: 'A sentence for the meantime.' }));
    document.body.append(element);
    await customElements.whenDefined('glass-othello');
    await element.ready.catch(() => {});
  }, attributes);
  return page.locator('glass-othello').last();
}

export const exported = (element: Locator): Promise<Exported> => element.evaluate((node) => (node as GlassOthello).exportData() as Promise<Exported>);

export const change = async (element: Locator, properties: Partial<Record<keyof GlassOthello, string | number | null>>): Promise<void> => {
  await element.evaluate((node, values) => (Object.assign(node, values), (node as GlassOthello).ready.catch(() => {})), properties);
};

/** The centre of a square of the board that is played on (`grid` 0) or read (`grid` 1). */
export async function clickSquare(element: Locator, grid: number, name: string): Promise<void> {
  const board = element.locator('.board.field').nth(grid);
  const box = (await board.boundingBox())!;
  const units = box.width / (8 * 44 + 16);
  const [column, row] = ['abcdefgh'.indexOf(name.charAt(0)), Number(name.charAt(1)) - 1];
  await board.click({ position: { x: (16 + 44 * (column + 0.5)) * units, y: (16 + 44 * (row + 0.5)) * units } });
}
