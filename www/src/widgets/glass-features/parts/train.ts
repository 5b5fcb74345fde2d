import { html, type TemplateResult } from 'lit';
import { t } from '../../../words/words.ts';
import type { GlassFeatures } from '../element.ts';

/** A dictionary trained live; what it takes is fetched when it is opened. */
export const trainPart = (el: GlassFeatures): TemplateResult => html`<section class="part" aria-labelledby="train-title">
  <h3 id="train-title">${t`Train one yourself`}</h3>
  <p class="small">${t`A small sparse autoencoder learns in this tab, on the CPU, beside one whose random rows stay as they are. Move the slider while it learns: fewer features, or less lost?`}</p>
  ${el.live ? el.live.panel() : html`<div class="row"><button type="button" @click=${() => void el.openLive()}>${t`Open the workbench`}</button></div>`}
</section>`;
