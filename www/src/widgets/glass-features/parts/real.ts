/** Is it real? The same card from a random dictionary and from an untrained network. */
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../../../words/words.ts';
import type { GlassFeatures } from '../element.ts';
import type { View } from '../view.ts';

export const realPart = (el: GlassFeatures, view: View): TemplateResult => html`<section class="part" aria-labelledby="real-title">
  <h3 id="real-title">${t`Is it real?`}</h3>
  <p class="small">${t`Cards of features that fire about equally often: from this dictionary, from one with random rows, from one trained on the network before its training. How much does a pretty card prove?`}</p>
  ${!view.firing ? html`<p class="small soft">${t`Without held-out passages there are no cards to compare.`}</p>`
    : el.doubt ? el.doubt(view)
      : html`<div class="row"><button type="button" @click=${() => void el.fetchRivals()}>${el.fetching ? t`Fetching …` : t`Fetch the other two (a few megabytes)`}</button></div>`}
  ${el.refused === '' ? nothing : html`<p class="small error" role="alert" lang="en">${el.refused}</p>`}
</section>`;
