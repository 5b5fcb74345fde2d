// A workshop's link, written and read again.
import { expect, test } from '@playwright/test';
import { LESSONS, MODELS, readWorkshop, shownModel, workshopLink } from '../../www/src/site/workshop/link.ts';

const BASE = 'https://school.example/glass/workshop.html';
const element = (attributes: Record<string, string>) => ({ getAttribute: (name: string) => attributes[name] ?? null });

test('what is composed is what is read, whatever the title and the text', () => {
  const workshop = { title: 'Week 3 & more, “Ü”', hide: ['controls'], without: ['text', 'pages'], models: ['stories', 'induction-2l'] } as const;
  const text = 'a=1&b #2 + 3%\nand ü';
  const url = new URL(workshopLink(BASE, 'induction', workshop, new Map([['text', text], ['layer', '1']])));
  expect(url.href.startsWith('https://school.example/glass/induction.html?')).toBe(true);
  // Lists come in the order in which the page knows them.
  expect(readWorkshop(url.search, 'induction')).toEqual({ ...workshop, models: ['induction-2l', 'stories'] });
  const state = new URLSearchParams(url.hash.slice(1));
  expect(Object.fromEntries(state)).toEqual({ v: '1', widget: 'glass-induction', text, layer: '1', hide: 'controls' });
});

test('a link without a workshop is none, and words that mean nothing are left out', () => {
  expect(readWorkshop('?x=1', 'othello')).toBeNull();
  expect(readWorkshop('?workshop=&hide=controls,walls&without=&models=stories', 'othello')).toEqual({ title: '', hide: ['controls'], without: [], models: [] });
});

test('the models of a lesson are told apart by the attributes of its element', () => {
  expect(shownModel('induction', element({}))?.name).toBe('induction-2l');
  expect(shownModel('features', element({ dictionary: 'x4' }))?.name).toBe('stories-sae-x4');
  expect(shownModel('features', element({ dictionary: 'x16' }))?.name).toBe('stories-sae-x16');
  expect(shownModel('induction', element({ model: 'https://other.example/model/' }))).toBeNull();
  for (const lesson of LESSONS) for (const { name, attributes } of MODELS[lesson]) expect(shownModel(lesson, element(attributes))?.name).toBe(name);
});
