// What “Numbers” reads and counts, without a browser.
import { expect, test } from '@playwright/test';
import { parse, pieces } from '../../www/src/site/numbers/markdown.ts';
import { flop, median, tokenIds } from '../../www/src/site/numbers/speed.ts';

test('the blocks of a card', () => {
  const card = '# name\n\nA line\nthat goes on.\n\n    cargo run\n      more\n\n- one\n  goes on\n- two\n\n| a | b |\n| --- | --: |\n| 1 | `x` |\nAfter.\n```\n| code |\n```\n## End';
  expect(parse(card)).toEqual([
    { kind: 'heading', level: 1, text: 'name' },
    { kind: 'paragraph', text: 'A line that goes on.' },
    { kind: 'code', text: 'cargo run\n  more' },
    { kind: 'list', items: ['one goes on', 'two'] },
    { kind: 'table', head: ['a', 'b'], rows: [['1', '`x`']] },
    { kind: 'paragraph', text: 'After.' },
    { kind: 'code', text: '| code |' },
    { kind: 'heading', level: 2, text: 'End' },
  ]);
  // A bar or a dash that begins no table and no list is text.
  expect(parse('|x| is a norm,\n-1 a number')).toEqual([{ kind: 'paragraph', text: '|x| is a norm, -1 a number' }]);
});

test('the pieces of a line', () => {
  expect(pieces('a `**b**` **c `d`** *e* 2*3*4 [f](g.md)!')).toEqual([
    'a ', { kind: 'code', text: '**b**' }, ' ', { kind: 'strong', text: 'c `d`' }, ' ', { kind: 'em', text: 'e' }, ' 2*3*4 ', { kind: 'link', text: 'f', to: 'g.md' }, '!',
  ]);
});

test('operations are counted by hand for a small model', () => {
  const config = { n_layers: 2, d_model: 3, n_ctx: 9, d_head: 2, n_heads: 2, d_vocab: 7, d_mlp: 5 };
  // Each of 4 tokens: Q, K, V, O (4 · 3·4), scores and mixing (2 · 4·4), MLP (2 · 3·5), in 2 layers, and the unembedding 3·7; doubled.
  const perToken = 2 * (4 * 3 * 4 + 2 * 4 * 4 + 2 * 3 * 5) + 3 * 7;
  expect(flop(config, 4)).toBe(2 * 4 * perToken);
  expect(flop({ ...config, attn_only: true }, 4)).toBe(2 * 4 * (perToken - 2 * 2 * 3 * 5));
  expect(flop({ ...config, d_mlp: null }, 4)).toBe(2 * 4 * (perToken + 2 * 2 * 3 * 7));
});

test('no turn begins as another did', () => {
  expect(new Set([0, 1, 2, 3].map((turn) => tokenIds(turn, 8, 50)[0])).size).toBe(4);
  expect(median([1, 2, 9])).toBe(2);
});
