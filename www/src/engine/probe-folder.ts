// A folder of board probes as the worker sees it.
import { GlasshouseError } from '../api/error.ts';
import type { ChangedBeliefs, Frame, ProbeAccuracyTable, ProbeScores, ProbesDescription } from '../api/othello.d.ts';
import { folderOf, openRequired, read, readText } from './folder.ts';

export interface ProbeFolder {
  config: string;
  weights: Uint8Array;
  accuracy: ProbeAccuracyTable | null;
  beliefs: ChangedBeliefs | null;
}

const folders = new Map<string, Promise<ProbeFolder>>();

/** Shared by whoever asks, so nobody's signal ends it; after a failure the next request tries again. */
export function probeFolder(address: string): Promise<ProbeFolder> {
  const known = folders.get(address);
  if (known) return known;
  const files = fetchFolder(address).catch((error: unknown) => {
    folders.delete(address);
    throw error;
  });
  folders.set(address, files);
  return files;
}

async function fetchFolder(address: string): Promise<ProbeFolder> {
  const { signal } = new AbortController();
  const folder = folderOf({ kind: 'url', url: address });
  const config = await readText(await openRequired(folder, 'config.json', signal));
  const [weights, accuracy, changed] = await Promise.all([
    openRequired(folder, 'model.safetensors', signal), folder.open('accuracy.json', signal), folder.open('interventions.json', signal),
  ]);
  return { config, weights: await read(weights), accuracy: accuracy && table(await readText(accuracy)), beliefs: changed && beliefs(await readText(changed)) };
}

/** What the page is told; `config` has been checked by the engine. */
export function describe({ config, accuracy, beliefs }: ProbeFolder, layerCount: number): ProbesDescription {
  const { model, frames, intervention = null } = JSON.parse(config) as Pick<ProbesDescription, 'model' | 'frames'> & Partial<ProbesDescription>;
  const layers = Array.from({ length: layerCount }, (_, layer) => layer);
  const [first, ...others] = (accuracy?.rows ?? []).filter(({ frame }) => frame === 'mine-theirs');
  const bestLayer = first ? others.reduce((best, row) => (row.all > best.all ? row : best), first).layer : Math.max(0, layerCount - 2);
  return { model, layers, frames, bestLayer, intervention, accuracy, beliefs };
}

interface Scores {
  all: number;
  non_empty: number;
  balanced: number;
}

/** `accuracy.json` as the trainer writes it. */
interface AccuracyFile {
  games_fitted: number;
  games_held_out: number;
  layers: { layer: number; frame: Frame; probe: Scores; untrained: Scores; shuffled: Scores; two_layer: Scores }[];
  controls: Record<Frame, Record<'bag_of_moves' | 'majority' | 'majority_per_ply' | 'owner', Scores>>;
}

const scores = ({ all, non_empty, balanced }: Scores): ProbeScores => ({ all, nonEmpty: non_empty, balanced });

function table(text: string): ProbeAccuracyTable {
  try {
    const { games_fitted, games_held_out, layers, controls } = JSON.parse(text) as AccuracyFile;
    const rows = layers.map(({ layer, frame, probe, untrained, shuffled, two_layer }) => {
      const { bag_of_moves, majority, majority_per_ply, owner } = controls[frame];
      const control = { untrained, shuffled, twoLayer: two_layer, bagOfMoves: bag_of_moves, majority, majorityPerPly: majority_per_ply, owner };
      const named = Object.fromEntries(Object.entries(control).map(([name, of]) => [name, scores(of)]));
      return { layer, frame, ...scores(probe), control: named as ProbeAccuracyTable['rows'][number]['control'] };
    });
    return { games: games_fitted, heldOutGames: games_held_out, rows };
  } catch {
    throw new GlasshouseError('bad-model-file', 'accuracy.json of the probes holds no table of accuracies.');
  }
}

/** `interventions.json` as the trainer writes it. */
interface BeliefsFile {
  cases: number;
  draws: number;
  before: number;
  truth: number;
  rows: { layers: number[]; scale: number; edited: number; without_errors: number; random: { mean: number; p95: number }; unrelated: number }[];
}

function beliefs(text: string): ChangedBeliefs {
  try {
    const { cases, draws, before, truth, rows } = JSON.parse(text) as BeliefsFile;
    const row = ({ layers, scale, edited, without_errors, random, unrelated }: BeliefsFile['rows'][number]): ChangedBeliefs['rows'][number] =>
      ({ layers, scale, errors: edited, withoutErrors: without_errors, control: { randomDirection: { ...random }, unrelatedSquare: unrelated } });
    return { cases, draws, before, truth, rows: rows.map(row) };
  } catch {
    throw new GlasshouseError('bad-model-file', 'interventions.json of the probes holds no table of changed beliefs.');
  }
}
