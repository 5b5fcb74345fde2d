/** The loss along the training, thinned so that it never grows. */

const MOST_POINTS = 240;

export class History {
  readonly steps: number[] = [];
  /** `[point][instance]` */
  readonly losses: Float32Array[] = [];
  #every = 1;
  #since = 0;

  add(step: number, loss: Float32Array): void {
    this.#since += 1;
    if (this.#since < this.#every) return;
    this.#since = 0;
    this.steps.push(step);
    this.losses.push(loss);
    if (this.steps.length <= MOST_POINTS) return;
    // Every other point goes, and from now on only half as many come.
    for (const list of [this.steps, this.losses] as unknown[][]) list.splice(0, list.length, ...list.filter((_, index) => index % 2 === 1));
    this.#every *= 2;
  }
}
