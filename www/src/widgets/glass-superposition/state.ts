/** The attributes of `<glass-superposition>`, and how readers change them. */
import { property, state } from 'lit/decorators.js';
import { GlassWidget, WORD } from '../../base/widget.ts';
import type { Guess } from './predict.ts';
import { PRESETS, type ViewName } from './presets.ts';
import type { Plan } from './settings.ts';
import { Training } from './training.ts';
import type { Shot } from './view.ts';

const COUNT = { reflect: true, type: Number } as const;
const FLAG = { reflect: true, converter: { fromAttribute: (value: string | null) => value !== null && value !== 'false', toAttribute: (value: boolean) => (value ? '' : null) } };

/** Attributes that say what is trained. */
const TRAINED = ['n-features', 'n-hidden', 'instances', 'density', 'importance', 'activation', 'task', 'correlation', 'samples', 'starts', 'steps', 'batch', 'learning-rate', 'weight-decay', 'grid'] as const;

type Changeable = 'view' | 'preset' | 'nFeatures' | 'nHidden' | 'instances' | 'density' | 'importance' | 'activation' | 'task' | 'correlation'
  | 'samples' | 'starts' | 'steps' | 'batch' | 'learningRate' | 'weightDecay' | 'grid' | 'seed';

/** Attributes are the state: this half holds them, the other computes and draws. */
export abstract class SuperpositionState extends GlassWidget {
  protected readonly linked = ['view', 'preset', ...TRAINED, 'seed', 'step', 'instance', 'on', 'turn', 'backend', 'autostart', 'hide', 'theme'];
  protected readonly sources = ['backend'];
  protected readonly inputs = [
    'view', 'preset', 'nFeatures', 'nHidden', 'instances', 'density', 'importance', 'activation', 'task', 'correlation', 'samples', 'starts', 'steps', 'batch',
    'learningRate', 'weightDecay', 'grid', 'seed', 'step', 'instance', 'on', 'turn', 'autostart', 'backend', 'hide', 'theme',
  ];

  /** `geometry`, `sweep`, `phase` or `interference`; where it is empty, the preset's. */
  @property({ reflect: true, useDefault: true }) view: ViewName | '' = '';
  /** A published configuration by its name; attributes that are given besides take precedence. */
  @property(WORD) preset = '';
  @property({ ...COUNT, attribute: 'n-features' }) nFeatures: number | null = null;
  @property({ ...COUNT, attribute: 'n-hidden' }) nHidden: number | null = null;
  @property(COUNT) instances: number | null = null;
  @property(WORD) density = '';
  @property(WORD) importance = '';
  @property(WORD) activation = '';
  @property(WORD) task = '';
  @property(WORD) correlation = '';
  /** Size of a fixed data set; 0 draws fresh samples at each step. */
  @property(COUNT) samples: number | null = null;
  /** Draws of initial weights that race for every model. */
  @property(COUNT) starts: number | null = null;
  @property(COUNT) steps: number | null = null;
  @property(COUNT) batch: number | null = null;
  @property({ ...COUNT, attribute: 'learning-rate' }) learningRate: number | null = null;
  @property({ ...COUNT, attribute: 'weight-decay' }) weightDecay: number | null = null;
  @property(COUNT) grid: number | null = null;
  /** Trains as soon as it can be seen. */
  @property(FLAG) autostart = false;
  /** Trained so far at once, then held: what a link restores. */
  @property(COUNT) step: number | null = null;
  /** The instance in the large picture; null shows the one with the lowest loss. */
  @property(COUNT) instance: number | null = null;
  /** Features that are on in the interference view: `1:0.8,3`. */
  @property(WORD) on = '';
  /** How the solid is turned: degrees about the upright axis and the level one. */
  @property(WORD) turn = '';

  @state() shot: Shot | null = null;
  /** Cell of the phase diagram that is pointed at or focused. */
  @state() cell: number | null = null;
  @state() guess: Guess | null = null;
  @state() openTables: ReadonlySet<string> = new Set();

  /** What is trained; null before the first picture. */
  plan: Plan | null = null;
  abstract readonly training: Training;

  /** Whether it is to train: true and false by the reader's word, null as `autostart` says. */
  protected going: boolean | null = null;

  /** Sets attributes, as a reader does: what a link said about the step is over, and training goes on if it went before. */
  change(values: Partial<Record<Changeable, string | number | null>>): void {
    if (this.training.step > 0) this.going = true;
    Object.assign(this, values, { step: null, instance: null, guess: null });
  }

  /** Sets attributes and trains with them. */
  retrain(values: Partial<Record<Changeable, string | number | null>>): void {
    this.change(values);
    this.going = true;
  }

  /** Takes a guess and sets going what will judge it. */
  abstract takeGuess(guess: Guess): void;

  choosePreset(id: string): void {
    const preset = PRESETS.find((other) => other.id === id);
    if (!preset) return;
    this.clear();
    // A sweep and a phase diagram wait for a guess; a geometry is there to be watched.
    this.going = preset.view === 'geometry' || preset.view === 'interference';
    Object.assign(this, { preset: id, view: preset.view });
  }

  chooseView(view: ViewName): void {
    const now = this.plan?.view;
    if (now === view) return;
    const related = (name: ViewName | undefined) => name === 'geometry' || name === 'interference';
    if (related(now) && related(view)) {
      // The same models, seen otherwise.
      this.view = view;
      return;
    }
    const first = PRESETS.find((preset) => preset.view === view);
    if (first) this.choosePreset(first.id);
  }

  private clear(): void {
    Object.assign(this, {
      nFeatures: null, nHidden: null, instances: null, density: '', importance: '', activation: '', task: '', correlation: '', samples: null, starts: null, steps: null,
      batch: null, learningRate: null, weightDecay: null, grid: null, step: null, instance: null, on: '', turn: '', guess: null, autostart: false, cell: null,
    });
  }

  /** Opens one instance of a sweep or a phase diagram in the geometry view: the same model, trained as far. */
  openInstance(index: number): void {
    const { shot } = this;
    const instance = shot?.report.instances[index] ?? shot?.untrained.instances[index];
    if (!shot || !instance) return;
    const { recipe, settings, grid, preset } = shot.plan;
    const weights = [...settings.importance.subarray(index * settings.nFeatures, (index + 1) * settings.nFeatures)].map((value) => Number(value.toPrecision(6)));
    const step = shot.step;
    this.clear();
    this.going = false;
    Object.assign(this, {
      view: 'geometry', preset: preset.id, nFeatures: settings.nFeatures, nHidden: settings.nHidden, instances: 1,
      density: String(Number((settings.density[index] ?? 1).toPrecision(6))), importance: grid ? weights.join(',') : recipe.importance,
      starts: recipe.starts, steps: recipe.steps, batch: recipe.batch, learningRate: recipe.learningRate, weightDecay: recipe.weightDecay,
      seed: settings.seeds[index] ?? 1, step: step > 0 ? step : null,
    });
  }

  toggleTable(name: string, open: boolean): void {
    if (this.openTables.has(name) === open) return;
    const tables = new Set(this.openTables);
    if (open) tables.add(name);
    else tables.delete(name);
    this.openTables = tables;
  }

  /** The state as attributes: defaults of the preset, seed and step included. */
  override linkedState(): Map<string, string> {
    const { plan } = this;
    const values: Record<string, string | number | boolean | null> = {
      view: plan?.view ?? this.view, preset: plan?.preset.id ?? this.preset,
      'n-features': this.nFeatures, 'n-hidden': this.nHidden, instances: this.instances, density: this.density, importance: this.importance,
      activation: this.activation, task: this.task, correlation: this.correlation, samples: this.samples, starts: this.starts, steps: this.steps, batch: this.batch,
      'learning-rate': this.learningRate, 'weight-decay': this.weightDecay, grid: this.grid, seed: this.seed,
      step: this.training.step || this.step, instance: this.instance, on: this.on, turn: this.turn, backend: this.backend, hide: this.hide, theme: this.theme,
    };
    if (plan) {
      const { nFeatures, nHidden, instances, density, importance, starts, steps, batch } = plan.recipe;
      Object.assign(values, {
        'n-features': nFeatures, 'n-hidden': nHidden, density, importance, starts, steps, batch, 'learning-rate': plan.recipe.learningRate,
        'weight-decay': plan.recipe.weightDecay, ...(plan.grid ? { grid: plan.grid.size, density: null, importance: null } : { instances }),
      });
    }
    return new Map(Object.entries(values).filter(([, value]) => value !== null && value !== '').map(([name, value]) => [name, String(value)]));
  }
}
