/** The views, each fetched when it is first chosen, and the lesson with them. */
import { html, type TemplateResult } from 'lit';
import type { GlassSuperposition } from './element.ts';
import type { ViewName } from './presets.ts';
import type { Shot } from './view.ts';

export type Stage = (el: GlassSuperposition, shot: Shot) => TemplateResult;

const FETCHED: Readonly<Record<ViewName, () => Promise<Stage>>> = {
  geometry: () => import('./parts/geometry.ts').then(({ geometryStage }) => geometryStage),
  sweep: () => import('./parts/sweep.ts').then(({ sweepStage }) => sweepStage),
  phase: () => import('./parts/phase.ts').then(({ phaseStage }) => phaseStage),
  interference: () => import('./parts/interference.ts').then(({ interferenceStage }) => interferenceStage),
};

export interface Drawers {
  readonly view: ViewName;
  readonly stage: Stage;
  readonly lesson: (el: GlassSuperposition) => TemplateResult;
  readonly paint: (el: GlassSuperposition) => void;
  /** The view in words, for ears. */
  readonly spoken: (el: GlassSuperposition, shot: Shot) => string;
}

/** What draws a view. */
export async function drawersOf(view: ViewName): Promise<Drawers> {
  const [stage, { lesson }, { paintStage }, { suitedNote }, { spoken }] = await Promise.all([FETCHED[view](), import('./parts/lesson.ts'), import('./paint.ts'), import('./suited.ts'), import('./spoken.ts')]);
  return { view, stage: (el, shot) => html`${suitedNote(el, shot.plan)}${stage(el, shot)}`, lesson, paint: paintStage, spoken };
}
