// The worker's part of Othello: the rules, probes attached to a model's session, and fits that run a slice at a time.
import type { Frame, OthelloReport } from '../api/othello.d.ts';
import type { EngineReport, OthelloAnswers, OthelloAsk } from './othello-protocol.ts';
import { describe, probeFolder, type ProbeFolder } from './probe-folder.ts';
import { startEngine } from './resident.ts';
import type { Resident } from './resident.ts';

type InLine = <T>(signal: AbortSignal, job: () => T | Promise<T>) => Promise<T>;

/** Which probes each session has at the moment. */
const attached = new WeakMap<Resident, { address: string; layers: number }>();

export async function answerOthello(
  ask: OthelloAsk, signal: AbortSignal, inLine: InLine, resident: (model: number) => Resident,
): Promise<OthelloAnswers[OthelloAsk['kind']]> {
  switch (ask.kind) {
    case 'othelloGame':
      return (await startEngine()).othelloReplay(ask.transcript);
    case 'othelloRandom':
      return (await startEngine()).othelloRandomGame(ask.seed, ask.plies);
    case 'othelloProbes': {
      const folder = await probeFolder(ask.probes);
      return inLine(signal, () => describe(folder, attach(resident(ask.model), ask.probes, folder)));
    }
    case 'othelloRun':
      return run(ask, signal, inLine, resident);
    case 'othelloFit':
      return inLine(signal, () => resident(ask.model).session.fitProbeStart(ask.request));
    case 'othelloFitStep':
      return inLine(signal, () => resident(ask.model).session.fitProbeStep());
    case 'othelloFitStop':
      return inLine(signal, () => {
        resident(ask.model).session.fitProbeStop();
        return null;
      });
  }
}

/** Both frames: the second run finds everything computed but its own read-outs. */
async function run(
  { model: number, probes, request }: Extract<OthelloAsk, { kind: 'othelloRun' }>, signal: AbortSignal, inLine: InLine, resident: (model: number) => Resident,
): Promise<OthelloReport> {
  const [{ othelloReplay }, folder] = await Promise.all([startEngine(), probes === null ? null : probeFolder(probes)]);
  const ply = request.ply ?? othelloReplay(request.transcript).plies.length - 1;
  return inLine(signal, async () => {
    const model = resident(number);
    if (probes !== null && folder) attach(model, probes, folder);
    const first = await model.session.othello({ ...request, ply, frame: 'mine-theirs' });
    if (!folder) return { ...first, boards: [], bagOfMoves: null, majority: null };
    const second = await model.session.othello({ ...request, ply, frame: 'black-white', edits: [], sweep: false, attention: false });
    return joined(first, second);
  });
}

function joined(first: EngineReport, second: EngineReport): OthelloReport {
  const both = [['mine-theirs', first], ['black-white', second]] as const;
  const named = (probs: Float32Array | null, frame: Frame) => (probs ? [{ frame, probs }] : []);
  return {
    ...first,
    boards: both.flatMap(([frame, { boards }]) => boards.map((board) => ({ ...board, frame }))),
    bagOfMoves: both.flatMap(([frame, { bagOfMoves }]) => named(bagOfMoves, frame)),
    majority: both.flatMap(([frame, { majority }]) => named(majority, frame)),
  };
}

/** Several elements may read one model with different probes: each request says with which. Returns the number of layers. */
function attach(model: Resident, address: string, { config, weights }: ProbeFolder): number {
  const known = attached.get(model);
  if (known?.address === address) return known.layers;
  const layers = model.session.attachProbes({ config, weights }).hooks.length;
  attached.set(model, { address, layers });
  return layers;
}
