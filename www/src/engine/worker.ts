// The worker's end: one engine, its models, and one line of requests that are worked through in order.
import { GlasshouseError, aborted, codeOf, messageOf } from '../api/error.ts';
import type { InductionReport } from '../api/glasshouse.d.ts';
import { isAbort } from './folder.ts';
import { isFeatureAsk } from './features-protocol.ts';
import { isLiveAsk } from './live-protocol.ts';
import { isOthelloAsk } from './othello-protocol.ts';
import type { Answers, Ask, FromWorker, Kind, ToWorker } from './protocol.ts';
import { Resident, fetchModel, memory, startEngine } from './resident.ts';
import { isSaeAsk } from './sae-protocol.ts';
import { isToyAsk } from './toy-protocol.ts';

const page = self as unknown as { postMessage(message: FromWorker, transfer?: Transferable[]): void };

const residents = new Map<number, Resident>();
/** How to stop what is under way: requests by their id, and loads by their model too. */
const controllers = new Map<number, AbortController>();
const loads = new Map<number, AbortController>();
/** The engine does one thing at a time: a session must not be entered twice, and a twin must not be freed in mid-run. */
let line: Promise<unknown> = Promise.resolve();

function inLine<T>(signal: AbortSignal, job: () => T | Promise<T>): Promise<T> {
  const turn = line.then(() => {
    if (signal.aborted) throw aborted();
    return job();
  });
  line = turn.catch(() => {});
  return turn;
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('cancel' in data) controllers.get(data.cancel)?.abort();
  else void reply(data.id, data.ask);
});

// A panic inside a wasm future settles no promise: it ends here, and the page starts another worker.
self.addEventListener('error', (event) => crash(event.message));
self.addEventListener('unhandledrejection', (event) => crash(messageOf(event.reason)));

async function reply(id: number, ask: Ask): Promise<void> {
  const controller = new AbortController();
  controllers.set(id, controller);
  try {
    const answer = await answerTo(id, ask, controller);
    page.postMessage({ type: 'answer', id, answer }, tensorBuffers(answer));
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) crash(error.message);
    else if (isAbort(error)) refuse(id, aborted());
    else refuse(id, new GlasshouseError(codeOf(error, 'internal'), messageOf(error)));
  } finally {
    controllers.delete(id);
  }
}

/** What a page may never need is fetched when it first asks. */
async function answerTo(id: number, ask: Ask, controller: AbortController): Promise<Answers[Kind]> {
  const { signal } = controller;
  if (isToyAsk(ask)) return (await import('./toys.ts')).answerToy(ask, signal, inLine);
  if (isLiveAsk(ask)) return (await import('./live.ts')).answerLive(ask, signal, inLine);
  if (isOthelloAsk(ask)) return (await import('./othello.ts')).answerOthello(ask, signal, inLine, resident);
  if (isFeatureAsk(ask)) return (await import('./features.ts')).answerFeatures(ask, signal, inLine, resident);
  if (isSaeAsk(ask)) {
    return (await import('./saes.ts')).answerSae(ask, signal, inLine, resident(ask.model), (progress) => page.postMessage({ type: 'progress', id, progress }));
  }
  switch (ask.kind) {
    case 'load':
      return load(id, ask, controller);
    case 'unload':
      loads.get(ask.model)?.abort();
      return inLine(signal, () => {
        residents.get(ask.model)?.free();
        residents.delete(ask.model);
        return null;
      });
    case 'tokenize':
      return resident(ask.model).tokenize(ask.text, ask.prependBos);
    case 'run':
      return run(ask, signal);
    case 'induction':
      return induction(ask, signal);
    case 'pace':
      return (await import('./pace.ts')).pace(resident(ask.model), ask, signal, inLine);
    case 'memory':
      return inLine(signal, async () => ({ ...(await memory()), models: residents.size }));
    case 'loseDevice':
      // Not in line: the point is to lose it under a run.
      resident(ask.model).session.loseDevice();
      return Promise.resolve(null);
    case 'limitGpuMemory':
      resident(ask.model).session.limitGpuMemory(ask.bytes);
      return Promise.resolve(null);
  }
}

async function load(id: number, ask: Extract<Ask, { kind: 'load' }>, controller: AbortController): Promise<Answers['load']> {
  const { signal } = controller;
  loads.set(ask.model, controller);
  try {
    const [engine, files] = await Promise.all([
      startEngine(),
      fetchModel(ask.source, signal, (progress) => page.postMessage({ type: 'progress', id, progress })),
    ]);
    return await inLine(signal, async () => {
      const session = await engine.Session.load(files, ask.backend);
      if (signal.aborted) {
        session.free();
        throw aborted();
      }
      residents.set(ask.model, new Resident(session, ask.source));
      return session.describe();
    });
  } finally {
    controller.abort(); // what else was being fetched for a load that failed
    loads.delete(ask.model);
  }
}

async function run(ask: Extract<Ask, { kind: 'run' }>, signal: AbortSignal): Promise<Answers['run']> {
  const model = resident(ask.model);
  const tokens = await model.tokens(ask.input, false);
  const { hooks, edits, topFeatures } = ask;
  const saes = ask.saes.map(({ sae, errorTerm }) => ({ sae: model.saes.get(sae) ?? 0, errorTerm }));
  const request = { tokens: tokens.map(({ id }) => id), hooks, edits, topFeatures, saes, logits: true };
  const answer = await inLine(signal, () => model.session.run(request, ask.values));
  return { tokens, tensors: answer.tensors, topFeatures: answer.topFeatures, backend: answer.backend };
}

async function induction(ask: Extract<Ask, { kind: 'induction' }>, signal: AbortSignal): Promise<InductionReport> {
  const model = resident(ask.model);
  const twin = ask.twin === null ? undefined : resident(ask.twin);
  const tokens = await model.tokens(ask.input, true);
  const { position, topK, seed, ablations, patterns } = ask;
  const request = { tokens: tokens.map(({ id }) => id), position, topK, seed, ablations, patterns };
  const report = await inLine(signal, () => twin ? model.session.inductionWithTwin(request, twin.session) : model.session.induction(request));
  const { top } = report;
  return {
    ...report,
    tokens,
    top: {
      position: top.position,
      baseline: await model.named(top.baseline),
      ablated: top.ablated && (await model.named(top.ablated)),
      twin: top.twin && (await model.named(top.twin)),
    },
  };
}

function resident(model: number): Resident {
  const found = residents.get(model);
  if (!found) throw new GlasshouseError('internal', 'The worker was asked for a model that it does not hold.');
  return found;
}

/** The buffers of the tensors in an answer, to be transferred instead of copied. */
function tensorBuffers(answer: Answers[Kind]): Transferable[] {
  if (answer === null || typeof answer === 'string') return [];
  if ('tensors' in answer) {
    const numbers = [...answer.tensors.map(({ data }) => data), ...answer.topFeatures.flatMap(({ values, indices }) => [values, indices])];
    return [...new Set(numbers.map(({ buffer }) => buffer as ArrayBuffer))];
  }
  if (answer instanceof Float32Array) return [answer.buffer as ArrayBuffer];
  if ('w' in answer) return [answer.w, answer.b, answer.loss].map(({ buffer }) => buffer as ArrayBuffer);
  if ('patterns' in answer) return [...new Set(answer.patterns.map(({ data }) => data.buffer as ArrayBuffer))];
  return [];
}

function refuse(id: number, { code, message }: GlasshouseError): void {
  page.postMessage({ type: 'error', id, code, message });
}

function crash(message: string): void {
  page.postMessage({ type: 'crash', message });
}

page.postMessage({ type: 'ready' });
