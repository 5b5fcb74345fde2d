/** Whether a worker's script may be named directly: browsers refuse one from another origin. */
export function sameOrigin(script: URL, pageOrigin: string): boolean {
  return script.origin === pageOrigin;
}

/**
 * Starts the module worker at `script`. On a page of another origin the worker is a blob of one line that imports it;
 * at home the script is named directly, so that a content security policy without `blob:` does not stand in the way.
 */
export function spawn(script: URL): Worker {
  const options: WorkerOptions = { type: 'module', name: 'glasshouse' };
  if (sameOrigin(script, self.location.origin)) return new Worker(script, options);
  const line = `import ${JSON.stringify(script.href)};`;
  const blob = URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  const worker = new Worker(blob, options);
  // The address must live until the worker has read it: its first message says so.
  worker.addEventListener('message', () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}
