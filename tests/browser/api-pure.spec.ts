// The parts of the API that need no browser: who waits for whom, where a folder is, what crosses to the worker.
import { expect, test } from '@playwright/test';
import { GlasshouseError, aborted, untilAborted } from '../../www/src/api/error.ts';
import type { Edit, ModelSource } from '../../www/src/api/glasshouse.d.ts';
import { editDistance, nearest, refuseOther, refuseUnknown } from '../../www/src/api/nearest.ts';
import { createFolderURL, fetchFrom, sourceOf } from '../../www/src/api/source.ts';
import { wireEdits, wireInput } from '../../www/src/api/wire.ts';
import { Lane } from '../../www/src/engine/lane.ts';
import { workerAddress } from '../../www/src/engine/spawn.ts';

/** A job that ends when it is told to. */
function job() {
  let end: (answer: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const state = { begun: false };
  const promise = new Promise<string>((resolve, reject) => ([end, fail] = [resolve, reject]));
  return { run: () => ((state.begun = true), promise), end, fail, state };
}

/** The code and sentence that something is refused with. */
async function refusal(act: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await act();
  } catch (error) {
    expect(error).toBeInstanceOf(GlasshouseError);
    const { code, message } = error as GlasshouseError;
    expect(message).toMatch(/\w.*[.?]$/s);
    return { code, message };
  }
  throw new Error('It was not refused.');
}

test('of the requests of one owner one runs and the newest waits', async () => {
  const lane = new Lane();
  const [first, second, third] = [job(), job(), job()];
  const answers = [first, second, third].map(({ run }) => lane.run(run));
  expect([first, second, third].map(({ state }) => state.begun)).toEqual([true, false, false]);
  expect((await refusal(() => answers[1])).code).toBe('aborted');
  first.end('first');
  expect(await answers[0]).toBe('first');
  await Promise.resolve();
  expect(third.state.begun).toBe(true);
  third.end('third');
  expect(await answers[2]).toBe('third');
  expect(second.state.begun).toBe(false);
});

test('a lane goes on after a request that failed', async () => {
  const lane = new Lane();
  const [first, second] = [job(), job()];
  const answers = [lane.run(first.run), lane.run(second.run)];
  first.fail(new GlasshouseError('too-long', 'Too long.'));
  expect((await refusal(() => answers[0])).code).toBe('too-long');
  second.end('second');
  expect(await answers[1]).toBe('second');
});

test('an abort is heard at once, before and during a request', async () => {
  const never = new Promise<never>(() => {});
  const controller = new AbortController();
  const waiting = untilAborted(never, controller.signal, aborted);
  controller.abort();
  expect((await refusal(() => waiting)).code).toBe('aborted');
  expect((await refusal(() => untilAborted(never, controller.signal, aborted))).code).toBe('aborted');
  expect(await untilAborted(Promise.resolve(3), new AbortController().signal, aborted)).toBe(3);
});

test('a folder is relative to the page, and ends in a slash', async () => {
  const at = (given: string) => sourceOf(given, 'https://site.example/course/week1.html?x=1#y');
  expect(at('models/a/')).toEqual({ kind: 'url', url: 'https://site.example/course/models/a/' });
  expect(at('../models/a/')).toEqual({ kind: 'url', url: 'https://site.example/models/a/' });
  expect(at('//other.example/a/?key=1#part')).toEqual({ kind: 'url', url: 'https://other.example/a/?key=1' });
  expect(await refusal(() => at('models/a'))).toEqual({
    code: 'bad-input',
    message: 'The address of a model folder ends in "/": write "models/a/", not "models/a".',
  });
  for (const address of ['https://', 'javascript:alert(1)', 'data:,x/', 'file:///etc/']) expect((await refusal(() => at(address))).code).toBe('bad-input');
});

test('files go by their own names, from a list or a map', async () => {
  const blob = new Blob(['{}']);
  const source = sourceOf({ files: new Map([['deep/mine/config.json', blob], ['deep/mine/model.safetensors', blob]]) }, 'https://site.example/');
  expect(source.kind === 'files' && [source.name, ...source.files.keys()]).toEqual(['mine', 'config.json', 'model.safetensors']);
  const listed = sourceOf({ files: [new File(['{}'], 'config.json')] }, 'https://site.example/');
  expect(listed.kind === 'files' && [...listed.files.keys()]).toEqual(['config.json']);
  const twice = { files: new Map([['a/config.json', blob], ['b/config.json', blob]]) };
  expect((await refusal(() => sourceOf(twice, 'https://site.example/'))).message).toContain('config.json');
  for (const wrong of [{}, null, 7, { files: 7 }, { files: ['config.json'] }, { files: new Map([['config.json', '{}']]) }]) {
    expect((await refusal(() => sourceOf(wrong as unknown as ModelSource, 'https://site.example/'))).code).toBe('bad-input');
  }
});

test('files get an address that stands wherever the address of a folder does', async () => {
  const files = new Map([['config.json', new Blob(['{"n_layers": 1}'])]]);
  const url = createFolderURL({ files }, 'mine & yours/ü');
  expect(new URL(url).href).toBe(url);
  expect(sourceOf(url, 'https://site.example/')).toEqual({ kind: 'files', name: 'mine & yours/ü', files, url });
  // A second folder of that name is another folder.
  expect(createFolderURL({ files }, 'mine & yours/ü')).not.toBe(url);
  expect(await (await fetchFrom(url, 'config.json', {})).json()).toEqual({ n_layers: 1 });
  expect((await fetchFrom(url, 'evaluation.json', {})).status).toBe(404);
  const stale = await refusal(() => sourceOf('chosen:/gone/', 'https://site.example/'));
  expect(stale).toEqual({ code: 'not-found', message: expect.stringContaining('chosen:/gone/') });
});

test('the values of edits are copied and lifted out', () => {
  const value = new Float32Array([1, 2, 3]);
  const wire = wireEdits([
    { hook: 'hook_embed', how: 'add', value, scale: 2 },
    { hook: 'hook_embed', how: 'replace', value: 0.5, positions: new Int32Array([0, -1]) as unknown as number[] },
    { hook: 'hook_embed', how: 'replace', value: { data: [1, 2, 3, 4], shape: [2, 2] }, heads: [] },
  ]);
  expect(wire.edits).toEqual([
    { hook: 'hook_embed', how: 'add', scale: 2, value: { tensor: 0, shape: [3] } },
    { hook: 'hook_embed', how: 'replace', value: 0.5, positions: [0, -1] },
    { hook: 'hook_embed', how: 'replace', value: { tensor: 1, shape: [2, 2] }, heads: [] },
  ]);
  expect(wire.values.map((values) => [...values])).toEqual([[1, 2, 3], [1, 2, 3, 4]]);
  expect(wire.values[0]?.buffer).not.toBe(value.buffer);
});

test('an edit that makes no sense is refused before it travels', async () => {
  const wrong: [unknown, string][] = [
    [{ how: 'zero' }, 'bad-edit'],
    [null, 'bad-edit'],
    [{ hook: 'hook_embed', how: 'zeroo' }, 'bad-input'],
    [{ hook: 'hook_embed', how: 'zero', head: [1] }, 'bad-input'],
    [{ hook: 'hook_embed', how: 'zero', positions: 3 }, 'bad-edit'],
    [{ hook: 'hook_embed', how: 'zero', positions: [0.5] }, 'bad-edit'],
    [{ hook: 'hook_embed', how: 'scale', scale: NaN }, 'bad-input'],
    [{ hook: 'hook_embed', how: 'add', value: 'much' }, 'bad-edit'],
    [{ hook: 'hook_embed', how: 'add', value: { data: [1, 2, 3], shape: [2, 2] } }, 'bad-edit'],
  ];
  for (const [edit, code] of wrong) expect(await refusal(() => wireEdits([edit as Edit])), JSON.stringify(edit)).toMatchObject({ code });
  expect((await refusal(() => wireEdits([{ hook: 'hook_embed', how: 'zeroo' as 'zero' }]))).message).toContain('did you mean "zero"?');
});

test('the input is a text or whole numbers', async () => {
  expect(wireInput('', undefined)).toEqual({ text: '', prependBos: null });
  expect(wireInput(new Uint16Array([3, 4]), undefined)).toEqual({ ids: [3, 4] });
  for (const input of [[1.5], [-1], ['1'], [2 ** 32], null, 3, { length: 1 }, [undefined]]) {
    expect((await refusal(() => wireInput(input, undefined))).code).toBe('bad-input');
  }
});

test('a misspelt word is refused with the nearest right one', async () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
  expect(nearest('hook', ['edits', 'hooks', 'signal'])).toBe('hooks');
  expect((await refusal(() => refuseUnknown('runWithCache', { hook: [] }, ['edits', 'hooks']))).message).toBe('runWithCache has no "hook"; did you mean "hooks"?');
  expect((await refusal(() => refuseOther('backend', 'WebGPU', ['auto', 'webgpu', 'cpu']))).message).toBe('backend cannot be "WebGPU"; did you mean "webgpu"?');
  expect((await refusal(() => refuseOther('backend', 3, ['auto', 'webgpu', 'cpu']))).code).toBe('bad-input');
});

test('a worker script is named directly at home only', () => {
  const script = new URL('https://a.example/v1/worker.js');
  expect(workerAddress(script, 'https://a.example').kind).toBe('direct');
  expect(workerAddress(script, 'https://b.example')).toEqual({ kind: 'blob', line: 'import "https://a.example/v1/worker.js";' });
  expect(workerAddress(script, 'null').kind).toBe('data');
});
