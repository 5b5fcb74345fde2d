/** What lies in a heap of files: model folders, sparse autoencoders, and what is neither, with the reason. */
import { t } from '../../words/words.ts';

/** A file with the folder that it was in: `toy/model.safetensors`, or just its name. */
export interface PathedFile {
  readonly path: string;
  readonly file: File;
}

/** A folder whose files have the names that `loadModel` and `attachSae` look for. */
export interface Found {
  readonly kind: 'model' | 'sae';
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, File>;
  /** Names as they were, where they were others: `toy.safetensors` for `model.safetensors`. */
  readonly renamed: ReadonlyMap<string, string>;
}

export interface Unusable {
  readonly kind: 'unusable';
  readonly name: string;
  /** One sentence. */
  readonly reason: string;
}

const MOST_CONFIG_BYTES = 1 << 20;
const WEIGHTS = { model: 'model.safetensors', sae: 'sae_weights.safetensors' } as const;
const CONFIGS = { model: 'config.json', sae: 'cfg.json' } as const;
const BESIDE = {
  model: ['tokenizer.json', 'reference.json', 'means.safetensors'],
  sae: ['evaluation.json', 'features.json', 'features.bin'],
} as const;
const BESIDE_NAMES: ReadonlySet<string> = new Set([...BESIDE.model, ...BESIDE.sae]);

/** Every folder of the heap, by itself. */
export async function foldersIn(heap: readonly PathedFile[]): Promise<(Found | Unusable)[]> {
  const folders = new Map<string, Map<string, File>>();
  for (const { path, file } of heap) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    folders.set(folder, (folders.get(folder) ?? new Map<string, File>()).set(path.slice(path.lastIndexOf('/') + 1), file));
  }
  const found = await Promise.all([...folders].map(([folder, files]) => inOne(folder.split('/').at(-1) ?? '', files)));
  // Beside usable folders the others are by-play: pictures, sources, logs.
  const all = found.flat();
  const usable = all.filter(({ kind }) => kind !== 'unusable');
  return usable.length > 0 ? usable : all;
}

async function inOne(folder: string, files: ReadonlyMap<string, File>): Promise<(Found | Unusable)[]> {
  const unusable = (reason: string): Unusable => ({ kind: 'unusable', name: folder || t`The files`, reason });
  const configs: { file: string; config: Record<string, unknown>; kind: Found['kind'] }[] = [];
  let stranger = '';
  for (const [name, file] of files) {
    if (!name.endsWith('.json') || file.size > MOST_CONFIG_BYTES || BESIDE_NAMES.has(name)) continue;
    const config = await objectIn(file);
    if (config === null) {
      if (name === CONFIGS.model || name === CONFIGS.sae) return [unusable(t`${name} is not JSON.`)];
      continue;
    }
    const kind = kindOf(config);
    if (kind) configs.push({ file: name, config, kind });
    else if ('hidden_size' in config || 'architectures' in config || 'n_embd' in config) {
      stranger = t`${name} is a Hugging Face config (${typeof config['model_type'] === 'string' ? config['model_type'] : t`of an unnamed kind`}); Glasshouse reads TransformerLens's fields and weights. “Save one” below says how to get them.`;
    }
  }
  const weights = [...files.keys()].filter((name) => name.endsWith('.safetensors') && name !== 'means.safetensors');
  if (configs.length === 0) return [unusable(stranger || withoutConfig(weights, [...files.keys()]))];
  return configs.map(({ file, config, kind }) => {
    const same = configs.filter((other) => other.kind === kind);
    if (same.length > 1) return unusable(twice(same.map((one) => one.file).join(` ${t`and`} `), kind));
    const candidates = weights.includes(WEIGHTS[kind]) ? [WEIGHTS[kind]] : weights.filter((name) => name !== WEIGHTS[kind === 'model' ? 'sae' : 'model']);
    const [weight] = candidates;
    if (weight === undefined) return unusable(t`Beside ${file} there are no weights, ${WEIGHTS[kind]}.`);
    if (candidates.length > 1) return unusable(t`Beside ${file} there are ${candidates.length} files of weights (${candidates.join(', ')}): choose one, or call it ${WEIGHTS[kind]}.`);
    return folderOf(kind, folder || weight.replace(/\.safetensors$/, ''), config, files, new Map([[CONFIGS[kind], file], [WEIGHTS[kind], weight]]));
  });
}

const twice = (names: string, kind: Found['kind']): string =>
  kind === 'model' ? t`${names} are both configs of a model: choose the files of one.` : t`${names} are both configs of an SAE: choose the files of one.`;

function withoutConfig(weights: readonly string[], names: readonly string[]): string {
  if (weights.length > 0) return t`Beside ${weights[0]} there is no config: a JSON file with n_layers and d_model (a model), or with d_in and d_sae (an SAE).`;
  const pickled = names.find((name) => /\.(pt|pth|bin|ckpt|pkl)$/.test(name));
  if (pickled) return t`${pickled} is a pickle. Reading one can run code, so it is not opened: save the weights as safetensors, as “Save one” below says.`;
  return t`There are no .safetensors weights with a config.json or cfg.json beside them.`;
}

function folderOf(kind: Found['kind'], name: string, config: Record<string, unknown>, files: ReadonlyMap<string, File>, main: ReadonlyMap<string, string>): Found {
  const wanted = new Map([...main, ...BESIDE[kind].map((beside) => [beside, beside] as const)]);
  const taken = [...wanted].flatMap(([as, from]) => {
    const file = files.get(from);
    return file ? [[as, file] as const] : [];
  });
  return { kind, name, config, files: new Map(taken), renamed: new Map([...main].filter(([as, from]) => as !== from)) };
}

function kindOf(config: Record<string, unknown>): Found['kind'] | null {
  if (typeof config['d_in'] === 'number' && typeof config['d_sae'] === 'number') return 'sae';
  return typeof config['n_layers'] === 'number' && typeof config['d_model'] === 'number' ? 'model' : null;
}

async function objectIn(file: File): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await file.text());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return null;
  }
}
