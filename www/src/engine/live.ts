// The worker's dictionaries in training: each stays in the engine with its control, and trains a slice at a time.
import { GlasshouseError } from '../api/error.ts';
import type { LiveAnswers, LiveAsk, LiveStep } from './live-protocol.ts';
import { startToyEngine } from './resident.ts';
import type { Dictionary } from './toy-engine.js';

type InLine = <T>(signal: AbortSignal, job: () => T | Promise<T>) => Promise<T>;

interface Live {
  readonly own: Dictionary;
  readonly control: Dictionary;
  readonly toy: boolean;
}

const lives = new Map<number, Live>();

export async function answerLive(ask: LiveAsk, signal: AbortSignal, inLine: InLine): Promise<LiveAnswers[LiveAsk['kind']]> {
  const engine = await startToyEngine();
  return inLine(signal, async () => {
    switch (ask.kind) {
      case 'liveOpen': {
        const { settings: { d_in: dIn, d_sae: dSae, ...others }, data, sparsity, backend } = ask;
        const none = new Float32Array();
        const [train, heldOut, truth, density] = data.kind === 'toy' ? [none, none, data.truth, data.density] as const : [data.train, data.heldOut, none, 1] as const;
        const make = (frozenDecoder: boolean) => engine.Dictionary.create({ ...others, dIn, dSae, sparsity, frozenDecoder }, train, heldOut, truth, density, backend);
        const live = { own: await make(false), control: await make(true), toy: data.kind === 'toy' };
        lives.set(ask.live, live);
        return step(live, 0, sparsity);
      }
      case 'liveTrain': {
        const live = lives.get(ask.live);
        if (!live) throw new GlasshouseError('internal', 'The worker was asked for a dictionary that it does not hold.');
        return step(live, ask.steps, ask.sparsity);
      }
      case 'liveClose': {
        const live = lives.get(ask.live);
        lives.delete(ask.live);
        live?.own.free();
        live?.control.free();
        return null;
      }
    }
  });
}

async function step({ own, control, toy }: Live, steps: number, sparsity: number): Promise<LiveStep> {
  const began = performance.now();
  await own.train(steps, sparsity);
  await control.train(steps, sparsity);
  const trained = performance.now();
  const report = { ...own.report(), control: control.report(), backend: own.backend(), decoder: toy ? own.decoder() : null };
  return { ...report, tookMs: trained - began, reportMs: performance.now() - trained };
}
