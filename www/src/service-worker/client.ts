/** The page's end of the service worker that keeps the site for the time without a network. */
import { t } from '../words/words.ts';
import type { KeepAnswer, KeepAsk, Report } from './protocol.ts';

/** Why nothing can be kept here, in a sentence; null where it can. */
export function hindrance(): string | null {
  if (!isSecureContext) return t`This address is neither https nor this machine’s own, and there browsers let no page keep itself. The single-file pages below work anywhere.`;
  if (!('serviceWorker' in navigator)) return t`This browser, or this kind of window, lets no page keep itself. The single-file pages below work anywhere.`;
  return null;
}

/** Registers the keeper of this folder; it never answers for the visit that brings it. */
export function register(): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(new URL('../service-worker.js', import.meta.url));
}

/** Asks one keeper one thing; rejected with its own sentence. */
export function askKeeper(keeper: ServiceWorker, ask: KeepAsk, onProgress: (doneBytes: number, totalBytes: number) => void = () => {}): Promise<Report> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<KeepAnswer>) => {
      if (data.kind === 'progress') return onProgress(data.doneBytes, data.totalBytes);
      port1.close();
      if (data.kind === 'report') resolve(data.report);
      else reject(new Error(data.message));
    };
    keeper.postMessage(ask, [port2]);
  });
}

const USES = 'glasshouse-uses';

/** Notes that a part was used, for when there is a keeper to tell it. */
export function noteUse(part: string): void {
  localStorage.setItem(USES, [...new Set([...notedUses(), part])].join(' '));
}

/** Has the keeper keep what was used and not dropped. */
export async function tellUses({ active }: ServiceWorkerRegistration): Promise<void> {
  const parts = notedUses();
  if (!active || parts.length === 0) return;
  await askKeeper(active, { kind: 'keep', parts, asked: false });
  localStorage.setItem(USES, notedUses().filter((part) => !parts.includes(part)).join(' '));
}

const notedUses = (): string[] => localStorage.getItem(USES)?.split(' ').filter(Boolean) ?? [];

/** Calls back with each newer build that is filled and waits. */
export function whenUpdated(registration: ServiceWorkerRegistration, found: (waiting: ServiceWorker) => void): void {
  const look = (): void => {
    // The first build has no page to wait for.
    if (registration.waiting && registration.active) found(registration.waiting);
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
}

/** Lets a waiting build take over, and loads this page anew from it; other pages go on with theirs. */
export async function takeOver(waiting: ServiceWorker): Promise<void> {
  const activated = new Promise<void>((resolve) => {
    const look = (): void => {
      if (waiting.state === 'activated') resolve();
    };
    waiting.addEventListener('statechange', look);
    look(); // another page may have been quicker
  });
  await askKeeper(waiting, { kind: 'takeOver' });
  await activated;
  location.reload();
}
