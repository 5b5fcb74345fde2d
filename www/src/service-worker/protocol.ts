/** What a page may ask of the service worker; every request brings a port, and the answers come through it. */

export type KeepAsk =
  | { kind: 'report' }
  /** `asked` is false where the reader only used the part: that does not bring back what he dropped. */
  | { kind: 'keep'; parts: readonly string[]; asked: boolean }
  | { kind: 'drop'; parts: readonly string[] }
  /** To one that waits: fill up, and be what pages are loaded from. */
  | { kind: 'takeOver' };

export type KeepAnswer =
  | { kind: 'progress'; doneBytes: number; totalBytes: number }
  | { kind: 'report'; report: Report }
  | { kind: 'failed'; message: string };

export interface Report {
  /** The build that is kept. */
  readonly id: string;
  /** Whether pages are loaded from it. */
  readonly current: boolean;
  readonly parts: readonly PartReport[];
  /** Of all that is kept, every file counted once, as it lies on the disk. */
  readonly keptBytes: number;
  /** Of the whole site. */
  readonly totalBytes: number;
}

export interface PartReport {
  readonly name: string;
  readonly title: string;
  readonly bytes: number;
  readonly keptBytes: number;
  /** Whether the reader wants it, by a button or by having used it. */
  readonly chosen: boolean;
}
