import { EngineClient } from '../engine/client.ts';
import type { LoadOptions, ModelSource } from './glasshouse.d.ts';
import { LoadedModel } from './model.ts';
import { refuseOther, refuseUnknown } from './nearest.ts';
import { sourceOf } from './source.ts';

const BACKENDS = ['auto', 'webgpu', 'cpu'] as const;

/** One engine for the page. Whatever chunk this stands in lies beside the worker. */
export const client = new EngineClient(new URL('./worker.js', import.meta.url));

/** Loads a model folder; see `glasshouse.d.ts`. */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  refuseUnknown('loadModel', options, ['backend', 'onProgress', 'signal']);
  const backend = refuseOther('backend', options.backend ?? 'auto', BACKENDS);
  const shared = await client.acquire(sourceOf(source, document.baseURI), backend, options);
  return new LoadedModel(client, shared);
}
