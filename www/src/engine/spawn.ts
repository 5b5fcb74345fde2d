/** How a page of this origin starts a module worker whose script lies at `script`. */
export function workerAddress(script: URL, pageOrigin: string): { kind: 'direct' | 'blob' | 'data'; line: string } {
  const line = `import ${JSON.stringify(script.href)};`;
  if (script.origin === pageOrigin) return { kind: 'direct', line };
  // A page without an origin of its own (a sandboxed frame) has blobs that no worker can be made of.
  return { kind: pageOrigin === 'null' ? 'data' : 'blob', line };
}

/**
 * Starts the module worker at `script`. Browsers refuse a worker script from another origin, so there the worker is one
 * line that imports it; at home the script is named directly, so that a content security policy without `blob:` does not
 * stand in the way.
 */
export function spawn(script: URL): Worker {
  const options: WorkerOptions = { type: 'module', name: 'glasshouse' };
  const { kind, line } = workerAddress(script, self.origin);
  if (kind === 'direct') return new Worker(script, options);
  if (kind === 'data') return new Worker(`data:text/javascript,${encodeURIComponent(line)}`, options);
  const blob = URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  const worker = new Worker(blob, options);
  // The address must live until the worker has read it: its first message says so.
  worker.addEventListener('message', () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}
