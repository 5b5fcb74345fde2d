/** How many models a picture has: what the attributes say, else what suits this machine (docs/adr/0006-slow-machines.md). */
import { html, nothing, type TemplateResult } from 'lit';
import { client } from '../../api/load_model.ts';
import { pretendedSlowness, sizeFor, sizeNote, type Size } from '../../base/machine.ts';
import { Toy } from '../../engine/toy.ts';
import { count } from '../../marks/numbers.ts';
import { t } from '../../words/words.ts';
import type { GlassSuperposition } from './element.ts';
import { planOf, type Attributes, type Plan } from './settings.ts';

type Backend = 'auto' | 'webgpu' | 'cpu';

/** For all steps of all models. */
const TRAINING_MS = 40_000;
/** So long do several starts race before one goes on alone. */
const RACE_STEPS = 200;
const SIDES = [1, 0.75, 0.5] as const;
const SEEDS = [1, 0.5, 0.25] as const;

/** What is timed: the first preset's models. */
const TIMED = { nFeatures: 5, nHidden: 2, instances: 8, batch: 256 } as const;
const WARM_STEPS = 8;
/** So many steps, or four times as many and so on, until they take so long. */
const [FIRST_STEPS, ENOUGH_MS] = [16, 8] as const;
const timedWork = TIMED.instances * TIMED.batch * TIMED.nFeatures;
/** A step of them on an ordinary machine. */
const ORDINARY_MS = 0.03;

const measured = new Map<string, Promise<number>>();

/** The time that one feature of one sample takes, forward and backward; measured once per backend and visit. */
function msPerFeature(backend: Backend): Promise<number> {
  const slowness = pretendedSlowness();
  if (slowness !== null) return Promise.resolve((slowness * ORDINARY_MS) / timedWork);
  const before = measured.get(backend);
  if (before) return before;
  const fresh = measure(backend);
  measured.set(backend, fresh);
  fresh.catch(() => measured.delete(backend));
  return fresh;
}

async function measure(backend: Backend): Promise<number> {
  const { nFeatures, nHidden, instances, batch } = TIMED;
  const toy = await Toy.open(client, {
    nFeatures, nHidden, activation: 'relu', task: 'reconstruct', tied: true, correlation: 'none', samples: 0, batch, learningRate: 1e-3, weightDecay: 0.01, warmup: 0, starts: 1,
    density: new Float32Array(instances).fill(0.05), importance: new Float32Array(instances * nFeatures).fill(1), seeds: Uint32Array.from({ length: instances }, (_, seed) => seed),
  }, backend, new AbortController().signal);
  try {
    await toy.train(WARM_STEPS, false);
    for (let steps: number = FIRST_STEPS; ; steps *= 4) {
      const { tookMs } = await toy.train(steps, false);
      if (tookMs >= ENOUGH_MS) return tookMs / (steps * timedWork);
    }
  } finally {
    toy.close();
  }
}

/** All steps, of so many models as the plan has. */
function work({ settings: { nFeatures, batch, starts }, instances, steps }: Plan): number {
  const race = starts > 1 ? Math.min(steps, RACE_STEPS) : 0;
  return nFeatures * batch * instances * (race * starts + steps - race);
}

/** The plan with fewer models, where this machine would take too long and nobody said how many. */
export async function suited(given: Attributes & { readonly backend: string }, plan: Plan): Promise<Plan> {
  const name = plan.grid ? 'grid' : 'instances';
  if (given[name] !== null) return plan;
  const full = plan.grid?.size ?? plan.instances;
  // A sweep keeps all its densities.
  const least = plan.view === 'sweep' ? new Set(plan.settings.density).size : 1;
  const sizes = (plan.grid ? SIDES : SEEDS).map((share) => Math.round(share * full)).filter((size) => size >= least);
  const msOf = await msPerFeature(given.backend as Backend).then((ms) => (size: number) => ms * work(plan) * (size / full) ** (plan.grid ? 2 : 1));
  const size = sizeFor(null, [full, ...sizes.slice(1)], msOf, TRAINING_MS);
  return size.used === full ? plan : { ...planOf(given, { [name]: size.used }), size };
}

/** Why there are fewer models than usual. */
export function suitedNote(el: GlassSuperposition, { size, grid, view }: Plan): TemplateResult | typeof nothing {
  if (!size) return nothing;
  const [used, full] = [count(size.used), count(size.full)];
  const take = el.showsPart('controls') ? () => el.change({ [grid ? 'grid' : 'instances']: size.full }) : null;
  const note = (less: string, all: string) => html`<div class="part block">${sizeNote(size satisfies Size, less, all, take)}</div>`;
  if (grid) return note(t`${used} × ${used} of ${full} × ${full} models.`, t`Train all ${full} × ${full}`);
  return view === 'sweep' ? note(t`${used} of ${full} models.`, t`Train all ${full}`) : note(t`${used} of ${full} seeds.`, t`Train all ${full}`);
}
