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

/**
 * Who keeps the build that pages are loaded from, and who a newer one that waits for the reader. Where he has loaded the newer one, it is
 * its keeper who keeps it, also while the browser still has the one before answer.
 */
export async function keepers({ active, waiting }: ServiceWorkerRegistration): Promise<{ own: ServiceWorker | null; newer: ServiceWorker | null }> {
  if (!active || !waiting) return { own: active, newer: null }; // the first build has no page to wait for
  const { current } = await askKeeper(waiting, { kind: 'report' });
  return current ? { own: waiting, newer: null } : { own: active, newer: waiting };
}

/** Has the keeper keep what was used and not dropped. */
export async function tellUses(registration: ServiceWorkerRegistration): Promise<void> {
  const parts = notedUses();
  if (parts.length === 0) return;
  const { own } = await keepers(registration);
  if (!own) return;
  await askKeeper(own, { kind: 'keep', parts, asked: false });
  localStorage.setItem(USES, notedUses().filter((part) => !parts.includes(part)).join(' '));
}

const notedUses = (): string[] => localStorage.getItem(USES)?.split(' ').filter(Boolean) ?? [];

/** Calls back with each newer build that is filled and waits. */
export function whenUpdated(registration: ServiceWorkerRegistration, found: (newer: ServiceWorker) => void): void {
  const look = async (): Promise<void> => {
    const { newer } = await keepers(registration).catch(() => ({ newer: null })); // the next page asks again
    if (newer) found(newer);
  };
  void look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', () => void look()));
}

/** Loads this page anew, from a newer build; other pages go on with theirs. */
export async function takeOver(newer: ServiceWorker): Promise<void> {
  // Another page may have been quicker.
  if (newer.state === 'installed') await askKeeper(newer, { kind: 'takeOver' });
  location.reload();
}
