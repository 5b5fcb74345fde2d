// What a reader feels: a letter typed into <glass-induction>, until everything that it changes is drawn.

import { summary } from './timing.mjs';

const MODEL = 'induction-2l';
const LENGTHS = [32, 64, 128, 256];
/** As many strokes as fit, but no fewer than five: a software adapter needs seconds for each. */
const SECONDS = 4;
const FEWEST = 5;
const TEXT = 'The miller had a dog and the dog had a bone, and every day the miller said to the dog: give me the bone. ';

export async function measure(report) {
  const site = new URL('../', import.meta.url);
  const { loadModel } = await import(new URL('v1/glasshouse.js', site).href);
  for (const backend of ['cpu', 'webgpu']) {
    const model = await loadModel(new URL(`models/${MODEL}/`, site).href, { backend });
    const all = await model.tokenize(TEXT.repeat(20));
    model.dispose();

    const start = performance.now();
    const element = Object.assign(document.createElement('glass-induction'), { backend });
    element.setAttribute('text', TEXT);
    document.body.append(element);
    await customElements.whenDefined('glass-induction');
    await element.ready;
    await drawn();
    const first_ms = performance.now() - start;
    report({ where: 'browser', backend, model: MODEL, what: 'element added → drawn', median_ms: first_ms, min_ms: first_ms });

    for (const tokens of LENGTHS) {
      // One token is left for the letter that is typed.
      const text = TEXT.repeat(20).slice(0, all[tokens - 2].end);
      const times = [];
      const end = performance.now() + 1000 * SECONDS;
      for (let stroke = -1; times.length < FEWEST || performance.now() < end; stroke += 1) {
        element.text = text;
        await element.ready;
        await drawn();
        const pressed = performance.now();
        element.text = text + 'abcdefgh'[(stroke + 1) % 8];
        await element.ready;
        await drawn();
        if (stroke >= 0) times.push(performance.now() - pressed);
      }
      report({ where: 'browser', backend, model: MODEL, what: 'keystroke → drawn', tokens, ...summary(times) });
    }
    element.remove();
  }
}

/** After the next frame has been painted. */
function drawn() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
