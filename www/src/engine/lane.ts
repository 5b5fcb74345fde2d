import { GlasshouseError } from '../api/error.ts';

interface Waiting {
  start: () => void;
  replace: () => void;
}

/** The requests of one owner: one runs, the newest waits, and a newer one takes the place of the one that waits. */
export class Lane {
  private busy = false;
  private waiting: Waiting | null = null;

  /** Settles as the job does; rejected with the code `aborted` where a newer job took its place before it began. */
  run<T>(job: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const start = () => {
        this.busy = true;
        job().then(resolve, reject).finally(() => this.next());
      };
      if (!this.busy) {
        start();
        return;
      }
      this.waiting?.replace();
      this.waiting = {
        start,
        replace: () => reject(new GlasshouseError('aborted', 'A newer request took the place of this one.')),
      };
    });
  }

  private next(): void {
    this.busy = false;
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.start();
  }
}
