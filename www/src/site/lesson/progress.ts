/** What a reader has done of a lesson. It stays in this browser. */

export class Progress {
  readonly #key: string;
  readonly #done: Set<string>;

  constructor(lesson: string) {
    this.#key = `glasshouse lesson ${lesson}`;
    this.#done = new Set(read(this.#key));
  }

  has(thing: string): boolean {
    return this.#done.has(thing);
  }

  add(thing: string): void {
    this.#done.add(thing);
    this.#keep();
  }

  clear(): void {
    this.#done.clear();
    this.#keep();
  }

  #keep(): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify([...this.#done]));
    } catch {
      // Where nothing may be kept, the lesson works without a memory.
    }
  }
}

function read(key: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((thing) => typeof thing === 'string') : [];
  } catch {
    return [];
  }
}
