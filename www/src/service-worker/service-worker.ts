/**
 * Keeps one build of the site, whole. A newer build is filled beside it and waits for the reader to load it; pages that are open go on with
 * the build that they were loaded from, so that no page ever sees two. Which build answers is therefore remembered for each page, and does
 * not hang on which build's service worker is asked: a browser puts the change from one to the next off for as long as pages ask for things.
 */
import { PAGES, filesOf, knowsFolder } from './build.ts';
import { Memory, type Remembered } from './memory.ts';
import type { KeepAnswer, KeepAsk, Report } from './protocol.ts';
import { OtherBuild, Store } from './store.ts';

const scope = self as unknown as ServiceWorkerScope;
const root = scope.registration.scope;
// Several copies of the site may lie on one origin, each with its own caches.
const prefix = `glasshouse ${root} `;
const memory = new Memory(`glasshouse-memory ${root}`, `${root}site/memory.json`);

let opened: Promise<Store> | null = null;
let tidied: Promise<void> | null = null;
const ownStore = (): Promise<Store> => (opened ??= Store.open(BUILD, root, prefix));

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));

scope.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method !== 'GET' || !url.startsWith(root)) return;
  if (event.request.mode === 'navigate') event.waitUntil((tidied ??= forgetClosed().catch(() => {})));
  event.respondWith(answer(event, pathOf(url)));
});

scope.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (!port) return;
  const say = (message: KeepAnswer): void => port.postMessage(message);
  const done = reply(event.data as KeepAsk, say).catch((error: unknown) => say({ kind: 'failed', message: sentence(error) }));
  event.waitUntil(done);
});

async function install(): Promise<void> {
  const { kept } = await memory.read();
  try {
    await (await ownStore()).fill(filesOf(BUILD, [PAGES, ...kept]));
  } catch (error) {
    // A host that is just being given another build, or a network that broke: the build that is here stays.
    await caches.delete(prefix + BUILD.id);
    throw error;
  }
}

async function activate(): Promise<void> {
  const { kept } = await memory.change(() => ({ current: BUILD.id }));
  await forgetClosed();
  // Chosen since the install: without a network, what is missing is fetched when it is used.
  await (await ownStore()).fill(filesOf(BUILD, [PAGES, ...kept])).catch(() => {});
}

/** Forgets the pages that are closed, and removes the caches of builds that no open page was loaded from. */
async function forgetClosed(): Promise<void> {
  if (scope.registration.waiting ?? scope.registration.installing) return; // its cache is being filled, and has no page yet
  const closed = new Set<string>();
  for (const id of Object.keys((await memory.read()).loaded)) if (!(await scope.clients.get(id))) closed.add(id);
  const { current, loaded } = await memory.change((now) => ({ loaded: Object.fromEntries(Object.entries(now.loaded).filter(([id]) => !closed.has(id))) }));
  const needed = new Set([BUILD.id, current, ...Object.values(loaded)]);
  for (const name of await caches.keys()) {
    if (name.startsWith(prefix) && !needed.has(name.slice(prefix.length))) await caches.delete(name);
  }
}

/** The path within the site; a folder stands for its index. */
function pathOf(url: string): string {
  const { pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(new URL(root).pathname.length));
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  const store = await storeOf(event);
  const kept = await store.match(path);
  if (kept) return kept;
  const file = store.build.files.find((listed) => listed.path === path);
  if (!file) {
    // What a build knows not to have needs no network to be missing.
    return knowsFolder(store.build, path) ? new Response('Nothing here.', { status: 404 }) : fetch(event.request);
  }
  try {
    return await store.obtain(file);
  } catch (error) {
    if (!(error instanceof OtherBuild)) throw error;
    void scope.registration.update();
    return new Response(`${error.message} Load the page anew once the update is here.`, { status: 503 });
  }
}

/** The build that whoever asks was loaded from; a page that is being loaded gets the current one, and a worker that of its page. */
async function storeOf({ clientId, resultingClientId, request }: FetchEvent): Promise<Store> {
  const buildOf = ({ current, loaded }: Remembered): string => (request.mode === 'navigate' ? undefined : loaded[clientId]) ?? current ?? BUILD.id;
  const remembered = resultingClientId
    ? await memory.change((now) => ({ loaded: { ...now.loaded, [resultingClientId]: buildOf(now) } }))
    : await memory.read();
  const id = buildOf(remembered);
  return (id === BUILD.id ? null : await Store.ofBuild(id, root, prefix)) ?? ownStore();
}

async function reply(ask: KeepAsk, say: (message: KeepAnswer) => void): Promise<void> {
  const store = await ownStore();
  switch (ask.kind) {
    case 'report':
      await forgetClosed();
      break;
    case 'keep': {
      const { kept } = await memory.change(({ kept, dropped }) => {
        const wanted = ask.asked ? ask.parts : ask.parts.filter((name) => !dropped.includes(name));
        return { kept: [...new Set([...kept, ...wanted])], dropped: dropped.filter((name) => !wanted.includes(name)) };
      });
      const files = filesOf(BUILD, [PAGES, ...kept]);
      const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
      await store.fill(files, (doneBytes) => say({ kind: 'progress', doneBytes, totalBytes }));
      break;
    }
    case 'drop': {
      const { kept } = await memory.change(({ kept, dropped }) => ({
        kept: kept.filter((name) => !ask.parts.includes(name)),
        dropped: [...new Set([...dropped, ...ask.parts])],
      }));
      const needed = new Set(filesOf(BUILD, [PAGES, ...kept]));
      await store.remove(BUILD.files.filter((file) => !needed.has(file)).map(({ path }) => path));
      break;
    }
    case 'takeOver': {
      const { kept } = await memory.read();
      await store.fill(filesOf(BUILD, [PAGES, ...kept]));
      await memory.change(() => ({ current: BUILD.id }));
      void scope.skipWaiting(); // not waited for: the build before may be asked things for minutes yet
      break;
    }
  }
  say({ kind: 'report', report: await report(store) });
}

async function report(store: Store): Promise<Report> {
  const [present, { kept, current }] = await Promise.all([store.kept(), memory.read()]);
  const sizes = new Map(BUILD.files.map(({ path, bytes }) => [path, bytes]));
  const bytesOf = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
  const parts = BUILD.parts.map(({ name, title, files }) => ({
    name,
    title,
    bytes: bytesOf(files),
    keptBytes: bytesOf(files.filter((path) => present.has(path))),
    chosen: name === PAGES || kept.includes(name),
  }));
  return { id: BUILD.id, current: current === BUILD.id, parts, keptBytes: bytesOf([...present]), totalBytes: bytesOf([...sizes.keys()]) };
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
