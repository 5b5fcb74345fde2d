/** What the service worker remembers beside files: the reader's choices, and which open pages belong to an earlier build. */

export interface Remembered {
  /** Parts that the reader chose or used. */
  readonly kept: readonly string[];
  /** Parts that he dropped: using them again does not bring them back. */
  readonly dropped: readonly string[];
  /** The build that answered last. */
  readonly active: string | null;
  /** Open pages and workers that were loaded from an earlier build, with its id. */
  readonly earlier: Readonly<Record<string, string>>;
}

const NOTHING: Remembered = { kept: [], dropped: [], active: null, earlier: {} };

export class Memory {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly name: string, private readonly address: string) {}

  async read(): Promise<Remembered> {
    const cache = await caches.open(this.name);
    const written = await cache.match(this.address);
    return written ? ((await written.json()) as Remembered) : NOTHING;
  }

  /** One change after another. */
  change(next: (now: Remembered) => Partial<Remembered>): Promise<Remembered> {
    const change = this.turn.then(async () => {
      const now = await this.read();
      const then = { ...now, ...next(now) };
      await (await caches.open(this.name)).put(this.address, Response.json(then));
      return then;
    });
    this.turn = change.catch(() => {});
    return change;
  }
}
