import type { Source } from '../engine/protocol.ts';
import type { ChosenFiles, ModelSource } from './glasshouse.d.ts';
import { GlasshouseError } from './error.ts';

type Chosen = Extract<Source, { kind: 'files' }>;

/** Folders of this page, by the addresses that `createFolderURL` gave them. */
const chosen = new Map<string, Chosen>();

/** An address for the files of a folder; see `glasshouse.d.ts`. */
export function createFolderURL(given: ChosenFiles, name?: string): string {
  const source = sourceOf(given, '', 'createFolderURL') as Chosen;
  name ??= source.name;
  const address = (number: string) => new URL(`chosen:/${encodeURIComponent(name + number)}/`).href;
  let url = address('');
  for (let number = 2; chosen.has(url); number += 1) url = address(`-${number}`);
  chosen.set(url, { ...source, name, url });
  return url;
}

/** A file that lies in a folder beside those of the engine. */
export function fetchFrom(folder: string, file: string, terms: RequestInit): Promise<Response> {
  const source = chosen.get(folder);
  if (!source) return fetch(new URL(file, folder), terms);
  const blob = source.files.get(file);
  return Promise.resolve(new Response(blob, { status: blob ? 200 : 404 }));
}

/** Where a model's files are: a folder's absolute address, or files by name. `base` is what a relative address is relative to. */
export function sourceOf(given: ModelSource, base: string, caller = 'loadModel'): Source {
  if (typeof given === 'string' || given instanceof URL) return chosen.get(String(given)) ?? { kind: 'url', url: addressOf(String(given), base) };
  const files = (given as { files?: unknown } | null | undefined)?.files;
  if (files === null || typeof files !== 'object' || !(Symbol.iterator in files)) {
    throw new GlasshouseError('bad-input', `${caller} takes the address of a folder or {files}: a FileList or a Map from names to Blobs.`);
  }
  return pickedFiles(files as Iterable<unknown>);
}

/** The absolute address of a model folder. */
export function addressOf(given: string, base: string): string {
  let url: URL;
  try {
    url = new URL(given, base);
  } catch {
    throw new GlasshouseError('bad-input', `${JSON.stringify(given)} is not an address.`);
  }
  if (url.protocol === 'chosen:') {
    throw new GlasshouseError('not-found', `The folder ${url.href} is not in this tab: it was chosen elsewhere, or before the page was opened anew. Choose it again.`);
  }
  if (!/^https?:$/.test(url.protocol)) {
    throw new GlasshouseError('bad-input', `A model folder has an http or https address, not a ${url.protocol} one.`);
  }
  if (!url.pathname.endsWith('/')) {
    throw new GlasshouseError('bad-input', `The address of a model folder ends in "/": write ${JSON.stringify(`${given}/`)}, not ${JSON.stringify(given)}.`);
  }
  url.hash = '';
  return url.href;
}

/** Files picked by hand go by their last name, whatever folder they were picked from. */
function pickedFiles(given: Iterable<unknown>): Source {
  const files = new Map<string, Blob>();
  let folder = '';
  for (const entry of given) {
    const [path, blob] = entry instanceof File ? [entry.webkitRelativePath || entry.name, entry] : namedBlob(entry);
    const parts = path.split('/');
    const name = parts.at(-1) ?? '';
    if (files.has(name)) throw new GlasshouseError('bad-input', `Two of the files are called ${name}: choose the files of one model.`);
    files.set(name, blob);
    if (name === 'config.json' || name === 'cfg.json') folder = parts.at(-2) ?? '';
  }
  return { kind: 'files', name: folder || 'the chosen files', files };
}

function namedBlob(entry: unknown): [string, Blob] {
  if (Array.isArray(entry) && typeof entry[0] === 'string' && entry[1] instanceof Blob) return [entry[0], entry[1]];
  throw new GlasshouseError('bad-input', 'The files of a model are a FileList, or a Map from names to Blobs.');
}
