/** Takes the place of engine/spawn.ts in a single file: the worker's code lies in the page, and so do the files that it will ask for. */
export function spawn(_script: URL): Worker {
  const code = document.querySelector('script[data-worker]')?.textContent ?? '';
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'glasshouse' });
  // The address must live until the worker has read it: its first message says so.
  worker.addEventListener('message', () => URL.revokeObjectURL(address), { once: true });
  const scripts = document.querySelectorAll<HTMLScriptElement>('script[data-file]');
  worker.postMessage(new Map([...scripts].map(({ dataset, textContent }) => [dataset['file'], textContent])));
  return worker;
}
