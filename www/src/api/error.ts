import type { ErrorCode } from './glasshouse.d.ts';

/** What every rejected promise of the API is rejected with. */
export class GlasshouseError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'GlasshouseError';
    this.code = code;
  }
}

/** The code of anything that was thrown: its own where it carries one, as the engine's errors do, else `fallback`. */
export function codeOf(thrown: unknown, fallback: ErrorCode): ErrorCode {
  const code = (thrown as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? (code as ErrorCode) : fallback;
}

/** The sentence of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export function aborted(): GlasshouseError {
  return new GlasshouseError('aborted', 'The request was given up.');
}

/** Settles as `promise` does, or is rejected with `reason()` as soon as the signal fires. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, reason: () => GlasshouseError): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(reason());
    if (signal.aborted) {
      promise.catch(() => {}); // nobody will hear of it
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
