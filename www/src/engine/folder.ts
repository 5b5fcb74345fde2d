// A model folder as the worker sees it: files that may be there, each read as a stream.
import { GlasshouseError, codeOf, messageOf } from '../api/error.ts';
import type { Source } from './protocol.ts';

const MB = 1 << 20;

/** The files of a folder, and the largest size of each that a page should load. */
const LIMIT_BYTES = {
  'config.json': MB,
  'model.safetensors': 512 * MB,
  'tokenizer.json': 64 * MB,
  'reference.json': 64 * MB,
  'means.safetensors': 256 * MB,
  'cfg.json': MB,
  'sae_weights.safetensors': 512 * MB,
  'accuracy.json': MB,
  'interventions.json': MB,
} as const;

export type FileName = keyof typeof LIMIT_BYTES;

/** A file whose bytes have not been read yet. */
export interface OpenFile {
  name: FileName;
  /** What the server says it will send, which is not always what comes; null where it does not say. */
  announcedBytes: number | null;
  body: ReadableStream<Uint8Array>;
}

export interface Folder {
  /** The last part of its address. */
  name: string;
  /** Null where the folder has no such file. */
  open(file: FileName, signal: AbortSignal): Promise<OpenFile | null>;
}

export function folderOf(source: Source): Folder {
  return source.kind === 'url' ? folderAt(source.url) : folderOfFiles(source.name, source.files);
}

/** Opens a file that the folder must have. */
export async function openRequired(folder: Folder, file: FileName, signal: AbortSignal): Promise<OpenFile> {
  const open = await folder.open(file, signal);
  if (!open) throw new GlasshouseError('not-found', `The model folder ${folder.name} has no ${file}.`);
  return open;
}

/** Reads a file to its end. `onBytes` hears how many bytes each piece brought. */
export async function read(file: OpenFile, onBytes: (bytes: number) => void = () => {}): Promise<Uint8Array<ArrayBuffer>> {
  refuseTooLarge(file.name, file.announcedBytes ?? 0);
  const reader = file.body.getReader();
  // The announced size is only where we begin: a compressed body is longer, and a server may be wrong.
  let bytes = allocate(file.name, file.announcedBytes ?? 64 * 1024);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return length === bytes.length ? bytes : bytes.slice(0, length);
      const end = length + value.length;
      refuseTooLarge(file.name, end);
      if (end > bytes.length) {
        const larger = allocate(file.name, Math.max(end, 2 * bytes.length));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(value, length);
      length = end;
      onBytes(value.length);
    }
  } catch (error) {
    // A refusal of ours has its code; an aborted read is told apart by whoever aborted it.
    if (error instanceof GlasshouseError || isAbort(error)) throw error;
    if (error instanceof DOMException) {
      throw new GlasshouseError('bad-model-file', `${file.name} could not be read: it was changed or moved since it was chosen.`);
    }
    throw new GlasshouseError('offline', `The connection broke after ${length} bytes of ${file.name} (${messageOf(error)}).`);
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Reads a file to its end as text. */
export async function readText(file: OpenFile, onBytes?: (bytes: number) => void): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await read(file, onBytes));
  } catch (error) {
    if (error instanceof TypeError) throw new GlasshouseError('bad-model-file', `${file.name} is not UTF-8 text.`);
    throw error;
  }
}

export function isAbort(error: unknown): boolean {
  return codeOf(error, 'internal') === 'aborted' || (error as { name?: unknown } | null)?.name === 'AbortError';
}

function refuseTooLarge(name: FileName, bytes: number): void {
  const limit = LIMIT_BYTES[name];
  if (bytes > limit) throw new GlasshouseError('too-large', `${name} is larger than ${limit / MB} MB, which is too much for a page.`);
}

function allocate(name: FileName, bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch {
    throw new GlasshouseError('out-of-memory', `There is no memory for the ${bytes} bytes of ${name}.`);
  }
}

function folderAt(address: string): Folder {
  return {
    name: new URL(address).pathname.split('/').at(-2) || 'model',
    async open(file, signal) {
      const url = new URL(file, address);
      let response: Response;
      try {
        response = await fetch(url, { signal });
      } catch (error) {
        if (isAbort(error)) throw error;
        throw new GlasshouseError('offline', `${url.href} could not be reached, or its server does not let this page read it.`);
      }
      const body = response.body;
      if (response.ok && body && !isWebPage(response)) {
        return { name: file, announcedBytes: announced(response), body };
      }
      await body?.cancel();
      // Some servers answer any address with a web page, and some hide what is not there behind 403.
      if (response.ok && optional(file)) return null;
      if (response.ok) throw new GlasshouseError('bad-model-file', `${url.href} is a web page, not a model file.`);
      if (optional(file) && [403, 404, 410].includes(response.status)) return null;
      const code = response.status >= 500 ? 'server-error' : 'not-found';
      throw new GlasshouseError(code, `${url.href} could not be read: the server answered ${response.status}.`);
    },
  };
}

function folderOfFiles(name: string, files: ReadonlyMap<string, Blob>): Folder {
  return {
    name,
    open(file) {
      const blob = files.get(file);
      return Promise.resolve(blob ? { name: file, announcedBytes: blob.size, body: blob.stream() } : null);
    },
  };
}

function optional(file: FileName): boolean {
  return file !== 'config.json' && file !== 'model.safetensors';
}

function isWebPage(response: Response): boolean {
  return /^(text\/html|application\/xhtml\+xml)/i.test(response.headers.get('content-type') ?? '');
}

/** A compressed body has the size of the compressed one announced, where that can be seen at all. */
function announced(response: Response): number | null {
  if (response.headers.has('content-encoding')) return null;
  const length = Number.parseInt(response.headers.get('content-length') ?? '', 10);
  return Number.isSafeInteger(length) && length >= 0 ? length : null;
}
