import { html, type TemplateResult } from 'lit';
import { VIRIDIS_GRADIENT } from './colour.ts';

/** The viridis scale from 0 to 1, or to what is said, drawn. */
export const legend = (name: string, most = '1'): TemplateResult =>
  html`<span class="legend"><span>${name}</span><span>0</span><span class="ramp" .style="background: ${VIRIDIS_GRADIENT}"></span><span>${most}</span></span>`;
