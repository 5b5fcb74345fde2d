/** What the service worker remembers beside files: the reader's choices, and which build each page belongs to. */

export interface Remembered {
  /** Parts that the reader chose or used. */
  readonly kept: readonly string[];
  /** Parts that he dropped: using them again does not bring them back. */
  readonly dropped: readonly string[];
  /** The build that pages are loaded from: the reader's choice, also while the browser still has the service worker of an earlier one answer. */
  readonly current: string | null;
  /** Pages and workers, and the build that each was loaded from. */
  readonly loaded: Readonly<Record<string, string>>;
}

const NOTHING: Remembered = { kept: [], dropped: [], current: null, loaded: {} };

/** Shared by the service workers of all builds: a field that is here stays, with its meaning. */
export class Memory {
  constructor(private readonly name: string, private readonly address: string) {}

  async read(): Promise<Remembered> {
    const cache = await caches.open(this.name);
    const written = await cache.match(this.address);
    return { ...NOTHING, ...((await written?.json()) as Partial<Remembered> | undefined) };
  }

  /** One change after another, also where two builds' service workers make them. */
  change(next: (now: Remembered) => Partial<Remembered>): Promise<Remembered> {
    return navigator.locks.request(this.name, async () => {
      const now = await this.read();
      const then = { ...now, ...next(now) };
      await (await caches.open(this.name)).put(this.address, Response.json(then));
      return then;
    });
  }
}
