/** One question to the engine and its answer: from settings to a view. */
import { client } from '../../api/load_model.ts';
import type { Model } from '../../api/glasshouse.d.ts';
import type { Intervention, OthelloGame, OthelloReport, ProbesDescription } from '../../api/othello.d.ts';
import { checkFrame, checkLayer, parseEdits, parseLayers, place, type Settings } from './settings.ts';
import type { View } from './view.ts';

/** The answer before: layers and frames are only looked at, they need no other. */
export interface Cache {
  key: string;
  report: OthelloReport | null;
  /** The change at each layer alone, as far as it has been tried. */
  sweep: NonNullable<Intervention['sweep']>;
}

export const replay = (transcript: string, signal?: AbortSignal): Promise<OthelloGame> => client.toy<'othelloGame'>({ kind: 'othelloGame', transcript }, signal);

export const randomGame = (seed: number, plies: number): Promise<string> => client.toy<'othelloRandom'>({ kind: 'othelloRandom', seed, plies });

/** The layer that is read where none is chosen. */
export const usualLayer = (probes: ProbesDescription | null, layers: number): number => probes?.bestLayer ?? layers;

/** Where and how strongly a belief is changed unless the reader says otherwise: as the probes' folder says, else the middle layer. */
export const usualStrength = (probes: ProbesDescription | null, layers: number): NonNullable<ProbesDescription['intervention']> =>
  probes?.intervention ?? { layers: [Math.round(layers / 2)], scale: 0.2 };

export async function ask(model: Model, probes: ProbesDescription | null, settings: Settings, cache: Cache, signal: AbortSignal): Promise<View> {
  const { seed } = settings;
  const known = probes?.layers ?? Array.from({ length: model.config.n_layers + 1 }, (_, layer) => layer);
  const frame = checkFrame(settings.frame);
  const layer = settings.layer === null ? usualLayer(probes, model.config.n_layers) : checkLayer('layer', settings.layer, known);
  const usual = usualStrength(probes, model.config.n_layers);
  const edits = parseEdits(settings.edits);
  const given = parseLayers(settings.editLayers, known);
  const editLayers = given.length > 0 ? given : usual.layers;
  const scale = settings.scale ?? usual.scale;
  const game = await replay(settings.transcript, signal);
  const ply = place(settings.ply, game.plies.length - 1);
  const sizes = edits.length > 0 ? await (await import('./sizes.ts')).sizesFor(model, settings, probes?.layers.length ?? 0) : null;
  signal.throwIfAborted();
  // Each layer alone comes after the first picture (sweep.ts).
  const question = { ply, edits, editLayers, scale, seed, ...(sizes && { draws: sizes.directions.used }), attention: true };
  const key = `${game.transcript} ${JSON.stringify(question)}`;
  if (cache.key !== key) {
    const report = await model.othello(game.transcript, { ...question, signal });
    Object.assign(cache, { key, report, sweep: [] });
  }
  return { game, ply, probes, layer, frame, edits, editLayers, scale, seed, sizes, report: withSweep(cache, (sizes?.sweep.used ?? 0) > 0) };
}

function withSweep({ report, sweep }: Cache, wanted: boolean): OthelloReport | null {
  const found = report?.intervention;
  return found ? { ...report, intervention: { ...found, sweep: wanted ? sweep : null } } : report;
}
