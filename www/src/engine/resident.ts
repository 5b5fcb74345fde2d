// A model in the worker's memory: its session and, once text is used, its tokenizer.
import { GlasshouseError, messageOf } from '../api/error.ts';
import type { MemoryReport, NextToken, Progress, RunToken, Token } from '../api/glasshouse.d.ts';
import type { Description, ModelFiles, Session } from './engine.js';
import { folderOf, openRequired, read, readText } from './folder.ts';
import type { Folder, OpenFile } from './folder.ts';
import type { Input, Source } from './protocol.ts';
import type { Tokenizer } from './tokenizer.js';

/** Longer texts are refused before they reach the tokenizer: no model here reads a hundredth of it. */
const MOST_UTF16_UNITS = 1_000_000;

let engine: Promise<typeof import('./engine.js')> | null = null;
let toyEngine: Promise<typeof import('./toy-engine.js')> | null = null;
let tokenizers: Promise<typeof import('./tokenizer.js')> | null = null;

/** The engine's module, fetched once; after a failure the next call tries again. */
export function startEngine(): Promise<typeof import('./engine.js')> {
  engine ??= started(() => import('./engine.js')).catch((error: unknown) => {
    engine = null;
    throw error;
  });
  return engine;
}

/** The module of the models that train here. */
export function startToyEngine(): Promise<typeof import('./toy-engine.js')> {
  toyEngine ??= started(() => import('./toy-engine.js')).catch((error: unknown) => {
    toyEngine = null;
    throw error;
  });
  return toyEngine;
}

/** What the modules that have started hold. */
export async function memory(): Promise<Omit<MemoryReport, 'workers' | 'models'>> {
  const modules = await Promise.all([
    engine?.then(({ Session }) => Session.memory()),
    toyEngine?.then(({ Superposition }) => Superposition.memory()),
  ]);
  const sum = (what: 'wasmBytes' | 'gpuBytes' | 'gpuBuffers') => modules.reduce((bytes, module) => bytes + (module?.[what] ?? 0), 0);
  return { wasmBytes: sum('wasmBytes'), gpuBytes: sum('gpuBytes'), gpuBuffers: sum('gpuBuffers') };
}

function startTokenizers(): Promise<typeof import('./tokenizer.js')> {
  tokenizers ??= started(() => import('./tokenizer.js')).catch((error: unknown) => {
    tokenizers = null;
    throw error;
  });
  return tokenizers;
}

async function started<Module extends { default: () => Promise<unknown> }>(load: () => Promise<Module>): Promise<Module> {
  try {
    const module = await load();
    await module.default();
    return module;
  } catch (error) {
    throw new GlasshouseError('engine-unavailable', `The engine could not be started here (${messageOf(error)}).`);
  }
}

/** Reads the files that a session is made of: the config first, so that a wrong address costs little. */
export async function fetchModel(source: Source, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<ModelFiles> {
  const folder = folderOf(source);
  const config = await readText(await openRequired(folder, 'config.json', signal));
  const [weights, reference, means] = await Promise.all([
    openRequired(folder, 'model.safetensors', signal),
    folder.open('reference.json', signal),
    folder.open('means.safetensors', signal),
  ]);
  const progress = new Tally([weights, reference, means], onProgress);
  const [weightBytes, referenceText, meanBytes] = await Promise.all([
    read(weights, progress.add),
    reference && readText(reference, progress.add),
    means && read(means, progress.add),
  ]);
  return {
    name: folder.name,
    config,
    weights: weightBytes,
    ...(referenceText !== null && { reference: referenceText }),
    ...(meanBytes && { means: meanBytes }),
  };
}

/** Adds up the bytes of several files. The total is unknown where one server does not say it, or said too little. */
export class Tally {
  private loadedBytes = 0;
  private readonly totalBytes: number | null;

  constructor(files: (OpenFile | null)[], private readonly report: (progress: Progress) => void) {
    const sizes = files.map((file) => (file ? file.announcedBytes : 0));
    this.totalBytes = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    this.add(0);
  }

  readonly add = (bytes: number): void => {
    this.loadedBytes += bytes;
    const believable = this.totalBytes !== null && this.loadedBytes <= this.totalBytes;
    this.report({ loadedBytes: this.loadedBytes, totalBytes: believable ? this.totalBytes : null });
  };
}

export class Resident {
  /** The session's numbers of the SAEs beside it, by the page's. */
  readonly saes = new Map<number, number>();
  private readonly folder: Folder;
  private readonly config: Description['config'];
  private tokenizer: Promise<Tokenizer> | null = null;
  private readonly texts = new Map<number, string>();
  private readonly abort = new AbortController();

  constructor(readonly session: Session, source: Source) {
    this.folder = folderOf(source);
    this.config = session.describe().config;
  }

  /** The tokens of a text, BOS included where the model or the caller wants it. */
  async tokenize(text: string, prependBos: boolean | null): Promise<Token[]> {
    if (text.length > MOST_UTF16_UNITS) {
      throw new GlasshouseError('too-long', `The text has ${text.length} UTF-16 units; at most ${MOST_UTF16_UNITS} are read.`);
    }
    const tokenizer = await this.readyTokenizer();
    const { ids, starts, ends } = tokenizer.encode(text);
    const tokens = this.bos(tokenizer, prependBos);
    ids.forEach((id, index) => tokens.push({ id, text: this.tokenText(tokenizer, id), start: starts[index] ?? 0, end: ends[index] ?? 0 }));
    return tokens;
  }

  /** The tokens to run. Ids are run as they are; their text is looked up only where it is wanted. */
  async tokens(input: Input, withText: boolean): Promise<RunToken[]> {
    if ('text' in input) return this.tokenize(input.text, input.prependBos);
    const tokenizer = withText ? await this.tokenizerIfAny() : null;
    return input.ids.map((id) => ({ id, text: tokenizer && this.tokenText(tokenizer, id), start: null, end: null }));
  }

  /** Writes the text of next tokens beside their ids. */
  async named(next: { id: number; prob: number }[]): Promise<NextToken[]> {
    const tokenizer = await this.tokenizerIfAny();
    return next.map(({ id, prob }) => ({ id, text: tokenizer && this.tokenText(tokenizer, id), prob }));
  }

  /** Each id is decoded once: a pasted book has few different tokens. */
  private tokenText(tokenizer: Tokenizer, id: number): string {
    let text = this.texts.get(id);
    if (text === undefined) {
      text = tokenizer.tokenText(id);
      this.texts.set(id, text);
    }
    return text;
  }

  free(): void {
    this.abort.abort();
    this.session.free();
    this.tokenizer?.then((tokenizer) => tokenizer.free(), () => {});
    this.tokenizer = null;
  }

  private bos(tokenizer: Tokenizer, prependBos: boolean | null): Token[] {
    const { bos_token_id: id, default_prepend_bos: usual } = this.config;
    if (!(prependBos ?? (typeof id === 'number' && usual !== false))) return [];
    if (typeof id !== 'number') throw new GlasshouseError('bad-input', 'The config of this model names no bos_token_id to prepend.');
    return [{ id, text: this.tokenText(tokenizer, id), start: 0, end: 0 }];
  }

  private async tokenizerIfAny(): Promise<Tokenizer | null> {
    try {
      return await this.readyTokenizer();
    } catch (error) {
      if (error instanceof GlasshouseError && error.code === 'no-tokenizer') return null;
      throw error;
    }
  }

  private readyTokenizer(): Promise<Tokenizer> {
    this.tokenizer ??= this.loadTokenizer().catch((error: unknown) => {
      const final = error instanceof GlasshouseError && error.code === 'no-tokenizer';
      if (!final) this.tokenizer = null; // the network may be back at the next request
      throw error;
    });
    return this.tokenizer;
  }

  private async loadTokenizer(): Promise<Tokenizer> {
    const [module, json] = await Promise.all([startTokenizers(), this.tokenizerJson()]);
    return new module.Tokenizer(json);
  }

  private async tokenizerJson(): Promise<string> {
    const file = await this.folder.open('tokenizer.json', this.abort.signal);
    if (!file) throw new GlasshouseError('no-tokenizer', `The model folder ${this.folder.name} has no tokenizer.json: give token ids instead of text.`);
    return readText(file);
  }
}
