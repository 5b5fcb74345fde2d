/** What stands below the boards, with the tables and the picture in words: fetched beside the model, so that the boards come first. */
import { html, nothing, type TemplateResult } from 'lit';
import type { GlassOthello } from './element.ts';
import { attentionPart } from './parts/attention.ts';
import { beliefPart } from './parts/belief.ts';
import { fitPart } from './parts/fit.ts';
import { layersPart } from './parts/layers.ts';
import { lesson } from './parts/lesson.ts';

export { boardTables } from './parts/board-tables.ts';
export { follow } from './sweep.ts';
export { wholePicture } from './whole-picture.ts';

export const parts = (el: GlassOthello): TemplateResult => html`${beliefPart(el)} ${layersPart(el)} ${attentionPart(el)} ${fitPart(el)}
  ${el.showsPart('lesson') ? lesson(el) : nothing}`;
