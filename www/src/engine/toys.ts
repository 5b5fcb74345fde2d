// The worker's toy models: each stays in the engine with its optimiser, and trains a slice at a time.
import { GlasshouseError, aborted } from '../api/error.ts';
import type { Superposition } from './toy-engine.js';
import { startToyEngine } from './resident.ts';
import type { Controls, Slice, ToyAnswers, ToyAsk } from './toy-protocol.ts';

/** Draws for the control of random directions. */
const RANDOM_DRAWS = 64;

type InLine = <T>(signal: AbortSignal, job: () => T | Promise<T>) => Promise<T>;

interface Toy {
  readonly superposition: Superposition;
  readonly nFeatures: number;
  readonly nHidden: number;
}

const toys = new Map<number, Toy>();

/** Between two slices the line is free: other elements' requests come in there. */
export async function answerToy(ask: ToyAsk, signal: AbortSignal, inLine: InLine): Promise<ToyAnswers[ToyAsk['kind']]> {
  const engine = await startToyEngine();
  switch (ask.kind) {
    case 'toyOpen':
      return inLine(signal, async () => {
        const superposition = await engine.Superposition.create(ask.settings, ask.backend);
        if (signal.aborted) {
          superposition.free();
          throw aborted();
        }
        const { nFeatures, nHidden } = ask.settings;
        toys.set(ask.toy, { superposition, nFeatures, nHidden });
        return superposition.describe();
      });
    case 'toyTrain':
      return inLine(signal, () => train(toy(ask.toy), ask, engine.phaseOutcome));
    case 'toyReport':
      return inLine(signal, () => toy(ask.toy).superposition.report(ask.instances ?? undefined));
    case 'toyReset':
      return inLine(signal, () => toy(ask.toy).superposition.reset().then(() => null));
    case 'toyClose':
      return inLine(signal, () => {
        toys.get(ask.toy)?.superposition.free();
        toys.delete(ask.toy);
        return null;
      });
    case 'toyLoseDevice':
      toy(ask.toy).superposition.loseDevice();
      return null;
    case 'toyControls':
      return inLine(signal, () => controls(ask, engine));
    case 'toyPhase':
      return inLine(signal, () => engine.exactPhase(ask.nFeatures, ask.density, ask.importance));
    case 'toyGram':
      return inLine(signal, () => engine.gram(ask.w, ask.w2 ?? undefined, ask.nFeatures));
    case 'toyInterference':
      return inLine(signal, () => engine.interference(ask.w, ask.b, ask.x, ask.density));
  }
}

function toy(number: number): Toy {
  const found = toys.get(number);
  if (!found) throw new GlasshouseError('internal', 'The worker was asked for a toy model that it does not hold.');
  return found;
}

async function train(
  { superposition, nFeatures, nHidden }: Toy,
  { steps, outcomes }: Extract<ToyAsk, { kind: 'toyTrain' }>,
  phaseOutcome: typeof import('./toy-engine.js').phaseOutcome,
): Promise<Slice> {
  const began = performance.now();
  const slice = await superposition.train(steps);
  const parameters = await superposition.parameters();
  const outcome = outcomes ? phaseOutcome(parameters.w, nFeatures, nHidden) : null;
  return { ...slice, ...parameters, outcome, tookMs: performance.now() - began };
}

function controls({ nFeatures, nHidden, unshared, density, importance, seed }: Extract<ToyAsk, { kind: 'toyControls' }>, engine: typeof import('./toy-engine.js')): Controls {
  const { droppedLoss: nothing } = engine.exactControl(0, density, importance);
  return {
    random: engine.randomControl(nFeatures, nHidden, RANDOM_DRAWS, seed),
    linear: Array.from(density, (p) => ({ density: p, ...engine.linearControl(nFeatures, unshared, p, importance) })),
    exact: engine.exactControl(nHidden, density, importance),
    nothingStored: Array.from(density, (p, index) => ({ density: p, loss: nothing[index] ?? Number.NaN })),
  };
}
