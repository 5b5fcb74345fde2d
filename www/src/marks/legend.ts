import { html, type TemplateResult } from 'lit';
import { VIRIDIS_GRADIENT } from './colour.ts';

/** The viridis scale from 0 to 1, drawn. */
export const legend = (name: string): TemplateResult =>
  html`<span class="legend"><span>${name}</span><span>0</span><span class="ramp" .style="background: ${VIRIDIS_GRADIENT}"></span><span>1</span></span>`;
