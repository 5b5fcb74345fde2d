// Sparse autoencoders in the worker: read from their folder, kept beside the model's session.
import { GlasshouseError, aborted, codeOf } from '../api/error.ts';
import type { Progress, SaeConfig } from '../api/glasshouse.d.ts';
import { folderOf, openRequired, read, readText } from './folder.ts';
import type { FileName, Folder, OpenFile } from './folder.ts';
import { Tally } from './resident.ts';
import type { Resident } from './resident.ts';
import type { SaeAnswers, SaeAsk } from './sae-protocol.ts';

type InLine = <T>(signal: AbortSignal, job: () => T | Promise<T>) => Promise<T>;

export async function answerSae(
  ask: SaeAsk,
  signal: AbortSignal,
  inLine: InLine,
  model: Resident,
  onProgress: (progress: Progress) => void,
): Promise<SaeAnswers[keyof SaeAnswers]> {
  if (ask.kind === 'detachSae') {
    return inLine(signal, async () => {
      const number = model.saes.get(ask.sae);
      model.saes.delete(ask.sae);
      if (number !== undefined) await model.session.detachSae(number);
      return null;
    });
  }
  const folder = folderOf(ask.source);
  // The config first, so that a wrong address costs little.
  const config = await readText(await openEither(folder, 'cfg.json', 'config.json', signal));
  const file = await openEither(folder, 'sae_weights.safetensors', 'model.safetensors', signal);
  const weights = await read(file, new Tally([file], onProgress).add);
  return inLine(signal, async () => {
    const { sae, hook, hooks, ...known } = await model.session.attachSae(config, weights);
    if (signal.aborted) {
      await model.session.detachSae(sae);
      throw aborted();
    }
    model.saes.set(ask.sae, sae);
    return { config: { ...(JSON.parse(config) as object), ...known, hook_name: hook } satisfies SaeConfig, hook, hooks };
  });
}

/** As SAELens names the file, or as a model folder does. */
async function openEither(folder: Folder, first: FileName, second: FileName, signal: AbortSignal): Promise<OpenFile> {
  const open = await folder.open(first, signal);
  if (open) return open;
  try {
    return await openRequired(folder, second, signal);
  } catch (error) {
    if (codeOf(error, 'internal') !== 'not-found') throw error;
    throw new GlasshouseError('not-found', `The SAE folder ${folder.name} has no ${first}.`);
  }
}
