/** The files of one build in a cache of its own. Only bytes with the build's own hashes get in. */
import type { Build, ListedFile } from './build.ts';

/** Fetches at a time: as many as an old server takes gladly. */
const AT_ONCE = 6;
/** The list itself is kept under its own address, and says what else the cache may hold. */
const LIST = 'site/files.json';

/** The host has other bytes than the build: it has been given a newer one. */
export class OtherBuild extends Error {}

/** A file in memory. Handed out as a whole: a streamed answer holds its keeper, and every update, up for as long as a page takes to read it. */
interface Whole {
  readonly bytes: ArrayBuffer;
  readonly headers: Headers;
}

export class Store {
  private readonly underWay = new Map<string, Promise<Whole>>();

  private constructor(readonly build: Build, private readonly cache: Cache, private readonly root: string, private readonly prefix: string) {}

  /** @param root the address of the site @param prefix of the names of this site's caches */
  static async open(build: Build, root: string, prefix: string): Promise<Store> {
    const cache = await caches.open(prefix + build.id);
    await cache.put(root + LIST, Response.json(build));
    return new Store(build, cache, root, prefix);
  }

  /** The store of another build, if it is still here. */
  static async ofBuild(id: string, root: string, prefix: string): Promise<Store | null> {
    if (!(await caches.has(prefix + id))) return null;
    const cache = await caches.open(prefix + id);
    const list = await cache.match(root + LIST);
    return list ? new Store((await list.json()) as Build, cache, root, prefix) : null;
  }

  async match(path: string): Promise<Response | undefined> {
    return this.cache.match(this.root + path);
  }

  /** The paths that are kept. */
  async kept(): Promise<Set<string>> {
    return new Set((await this.cache.keys()).map(({ url }) => url.slice(this.root.length)));
  }

  /** Fetches what is missing of `files`; an error leaves what has come so far. */
  async fill(files: readonly ListedFile[], onBytes: (doneBytes: number) => void = () => {}): Promise<void> {
    const kept = await this.kept();
    const missing = files.filter(({ path }) => !kept.has(path));
    let done = files.filter(({ path }) => kept.has(path)).reduce((sum, { bytes }) => sum + bytes, 0);
    onBytes(done);
    const next = missing.values();
    const fetchOn = async (): Promise<void> => {
      for (const file of next) {
        await this.cache.put(this.root + file.path, await this.obtain(file));
        done += file.bytes;
        onBytes(done);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, fetchOn));
  }

  async remove(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => this.cache.delete(this.root + path)));
  }

  /** A file with the bytes of this build: from an earlier build's cache where it is the same there, else from the host. */
  async obtain(file: ListedFile): Promise<Response> {
    let whole = this.underWay.get(file.path);
    if (!whole) {
      whole = this.copied(file).then((copy) => copy ?? this.fetched(file)).finally(() => this.underWay.delete(file.path));
      this.underWay.set(file.path, whole);
    }
    const { bytes, headers } = await whole;
    return new Response(bytes, { headers });
  }

  private async copied(file: ListedFile): Promise<Whole | undefined> {
    for (const name of await caches.keys()) {
      if (!name.startsWith(this.prefix) || name === this.prefix + this.build.id) continue;
      const other = await Store.ofBuild(name.slice(this.prefix.length), this.root, this.prefix);
      const same = other?.build.files.find(({ sha256 }) => sha256 === file.sha256);
      const copy = same && (await other?.match(same.path));
      if (copy) return { bytes: await copy.arrayBuffer(), headers: copy.headers };
    }
    return undefined;
  }

  private async fetched(file: ListedFile): Promise<Whole> {
    // Asks the host even where the browser has a copy: that copy may be of another build.
    const response = await fetch(this.root + file.path, { cache: 'no-cache' });
    if (!response.ok) throw new OtherBuild(`The server has no ${file.path} any more.`);
    const bytes = await response.arrayBuffer();
    if (hex(await crypto.subtle.digest('SHA-256', bytes)) !== file.sha256) throw new OtherBuild(`The server has another ${file.path} by now.`);
    const headers = new Headers(response.headers);
    headers.delete('content-encoding');
    headers.delete('vary'); // whoever asks, these are the bytes
    headers.set('content-length', String(bytes.byteLength));
    return { bytes, headers };
  }
}

const hex = (digest: ArrayBuffer): string => Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
