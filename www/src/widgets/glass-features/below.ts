/** What stands below the feature, with the picture in words: fetched beside the model, so that the text and the feature come first. */
import { html, nothing, type TemplateResult } from 'lit';
import type { GlassFeatures } from './element.ts';
import { metricsPart } from './parts/metrics.ts';
import { lesson } from './parts/lesson.ts';
import { realPart } from './parts/real.ts';
import { searchPart } from './parts/search.ts';
import { touchPart } from './parts/touch.ts';
import { trainPart } from './parts/train.ts';

export { wholePicture } from './whole-picture.ts';

export const parts = (el: GlassFeatures): TemplateResult => html`
  ${el.view ? html`${touchPart(el, el.view)} ${searchPart(el)} ${metricsPart(el, el.view)} ${realPart(el, el.view)} ${trainPart(el)}` : nothing}
  ${el.showsPart('lesson') ? lesson() : nothing}`;
