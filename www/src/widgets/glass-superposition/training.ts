/** The loop that trains slice by slice: it can be paused, sleeps while nobody can see it, and forgets a model that was replaced. */
import type { SuperpositionReport } from '../../engine/superposition.d.ts';
import type { Toy } from '../../engine/toy.ts';
import type { Slice } from '../../engine/toy-protocol.ts';
import { History } from './history.ts';
import { nextSlice } from './pace.ts';

const FIRST_SLICE_STEPS = 4;
/** What the newest slice counts in the running mean of the losses. */
const LATEST = 0.15;
/** Measuring takes at most this share of the time, and happens no more often than this. */
const REPORT_SHARE = 0.2;
const REPORT_EVERY_MS = 350;

export interface Listener {
  /** A slice came, or a measurement. */
  moved(): void;
  /** It runs now, or it rests. */
  turned(running: boolean): void;
  failed(error: unknown): void;
}

type Trainee = Pick<Toy, 'train' | 'report'>;

export class Training {
  step = 0;
  goal = 0;
  running = false;
  /** Whether a program said how far. */
  explicit = false;
  slice: Slice | null = null;
  report: SuperpositionReport | null = null;
  history = new History();
  /** `[instance]`, of the batches of the last slices: less noisy than one slice. */
  losses: Float32Array | null = null;
  /** Optimiser steps of every instance per second, of late. */
  stepsPerSecond = 0;

  #toy: Trainee | null = null;
  #outcomes = false;
  #wanted = false;
  #asleep = false;
  #steps = FIRST_SLICE_STEPS;
  #reported = 0;
  #reportMs = 0;
  #wake: () => void = () => {};
  #waiting: ((step: number) => void)[] = [];

  constructor(private readonly listener: Listener) {}

  /** Another model takes the place of this one, at step 0. */
  attach(toy: Trainee | null, outcomes = false, report: SuperpositionReport | null = null): void {
    this.#settle();
    this.#toy = toy;
    this.#outcomes = outcomes;
    this.#wanted = false;
    this.#steps = FIRST_SLICE_STEPS;
    Object.assign(this, { step: 0, goal: 0, slice: null, report, history: new History(), losses: null, stepsPerSecond: 0 });
    this.#wake();
  }

  /** Trains until `goal`; resolves with the step that was reached, which is less where it was paused or replaced. */
  run(goal: number, explicit = false): Promise<number> {
    this.goal = goal;
    this.explicit = explicit;
    if (!this.#toy || goal <= this.step) return Promise.resolve(this.step);
    this.#wanted = true;
    if (!this.running) void this.#loop(this.#toy);
    this.#wake();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  pause(): void {
    this.#wanted = false;
    this.#wake();
    this.#settle();
  }

  /** While nobody can see it. */
  sleep(asleep: boolean): void {
    this.#asleep = asleep;
    this.#wake();
  }

  get asleep(): boolean {
    return this.#asleep && this.#wanted;
  }

  /** Measures every instance where it stands now. */
  async measure(): Promise<SuperpositionReport | null> {
    const toy = this.#toy;
    if (!toy) return null;
    if (this.report?.step === this.step && !this.running) return this.report;
    const began = performance.now();
    const report = await toy.report();
    if (toy !== this.#toy) return null;
    this.#reportMs = performance.now() - began;
    this.#reported = performance.now();
    this.report = report;
    return report;
  }

  async #loop(toy: Trainee): Promise<void> {
    this.#turn(true);
    const goes = () => toy === this.#toy && this.#wanted && this.step < this.goal;
    try {
      while (goes()) {
        if (this.#asleep) {
          await new Promise<void>((wake) => (this.#wake = wake));
          continue;
        }
        await this.#slice(toy);
        if (toy === this.#toy && !this.#outcomes && this.#due()) await this.measure();
        if (toy === this.#toy) this.listener.moved();
      }
      if (toy === this.#toy) await this.measure();
    } catch (error) {
      if (toy === this.#toy) {
        this.#wanted = false;
        this.listener.failed(error);
      }
    }
    if (toy !== this.#toy && this.#toy && this.#wanted) return this.#loop(this.#toy);
    this.#turn(false);
    // Asked to go on while the last measurement was under way.
    if (this.#toy && this.#wanted && this.step < this.goal) return this.#loop(this.#toy);
    if (toy === this.#toy) {
      this.#wanted = false;
      this.#settle();
    }
  }

  async #slice(toy: Trainee): Promise<void> {
    const steps = Math.min(this.#steps, this.goal - this.step);
    const slice = await toy.train(steps, this.#outcomes);
    if (toy !== this.#toy) return;
    this.slice = slice;
    this.step = slice.step;
    this.history.add(slice.step, slice.loss);
    const before = this.losses;
    this.losses = before ? before.map((loss, index) => loss + LATEST * ((slice.loss[index] ?? Number.NaN) - loss)) : slice.loss.slice();
    const rate = (1000 * steps) / Math.max(0.1, slice.tookMs);
    this.stepsPerSecond = this.stepsPerSecond === 0 ? rate : 0.8 * this.stepsPerSecond + 0.2 * rate;
    // A last, short slice says little about the pace.
    if (steps === this.#steps) this.#steps = nextSlice(steps, slice.tookMs);
    if (slice.diverged.every((stopped) => stopped === 1)) this.#wanted = false;
  }

  #due(): boolean {
    return performance.now() - this.#reported > Math.max(REPORT_EVERY_MS, this.#reportMs / REPORT_SHARE);
  }

  #turn(running: boolean): void {
    if (this.running === running) return;
    this.running = running;
    this.listener.turned(running);
  }

  #settle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(this.step);
  }
}
