/** How good the dictionary is, beside what costs less. */
import { html, nothing, type TemplateResult } from 'lit';
import { histogram } from '../../../marks/histogram.ts';
import { count as whole, fixed, local, percent } from '../../../marks/numbers.ts';
import { scene } from '../../../marks/scene.ts';
import { say, t } from '../../../words/words.ts';
import type { Metrics } from '../cards.ts';
import type { GlassFeatures } from '../element.ts';
import { CONTROL_NAMES } from '../more-tables.ts';
import { meanL0, type View } from '../view.ts';

const row = (name: string, metrics: Metrics): TemplateResult => html`<tr title=${metrics.what ?? ''}><th scope="row">${name}</th>
  <td class="number">${fixed(metrics.l0, 1)}</td>${[metrics.explainedVariance, metrics.lossRecoveredMean, metrics.lossRecoveredZero, metrics.dead].map((share) => html`<td class="number">${percent(share)}</td>`)}</tr>`;

export function metricsPart(el: GlassFeatures, view: View): TemplateResult {
  const { evaluation } = view;
  const density = evaluation?.metrics.densityHistogram;
  return html`<section class="part" aria-labelledby="metrics-title">
    <h3 id="metrics-title">${t`How good is this dictionary?`}</h3>
    ${evaluation ? html`
      <p class="small soft">${say`${html`<b>${t`Precomputed`}</b>`}, not in this tab, on ${whole(evaluation.tokens)} tokens: ${html`<span lang="en">${evaluation.of}</span>`}. In your text, just now, L0 is ${fixed(meanL0(view), 1)}.`}</p>
      <div class="pair"><div class="scroll" tabindex="0" role="group" aria-label=${t`Metrics beside their controls`}><table>
        <thead><tr><th scope="col"><span class="spoken">${t`dictionary`}</span></th><th scope="col" class="number">L0</th><th scope="col" class="number">${t`explained variance`}</th><th scope="col" class="number">${t`loss recovered, mean`}</th><th scope="col" class="number">${t`zero`}</th><th scope="col" class="number">${t`dead`}</th></tr></thead>
        <tbody>${row(t`this dictionary`, evaluation.metrics)}${Object.entries(evaluation.control).map(([name, metrics]) => row(CONTROL_NAMES[name] ?? name, metrics))}</tbody></table>
        <p class="small soft">${t`L0: features that fire at a token. Explained variance: how much of the activations the sum keeps. Loss recovered: 100 % where the model predicts as well from the sum as from the activations, 0 % where no better than from their mean, or from zeros. Dead: never fired.`}</p></div>
      ${density ? html`<figure class="chart"><h4>${t`How often features fire`}</h4><svg role="img" aria-label=${t`Histogram of densities: ${density.counts.map((count, bin) => `10^${local(String(density.log10Edges[bin]))}: ${count}`).join('; ')}`} ${scene(histogram({
        counts: density.counts, from: density.log10Edges[0] ?? -6, to: density.log10Edges.at(-1) ?? 0, x: t`share of tokens, log10`, y: t`features`, label: (value) => fixed(value, 1), width: Math.min(420, el.chartWidth), height: 160,
        at: view.firing && view.firing.density > 0 ? Math.log10(view.firing.density) : null,
      }))}></svg><figcaption class="small soft">${t`The line: feature ${view.feature}. Nearly always on (more than half of the tokens): ${percent(evaluation.metrics.nearAlwaysOn)}.`}</figcaption></figure>` : nothing}</div>`
      : html`<p class="small soft">${t`This folder has no evaluation.json. In your text, just now, L0 is ${fixed(meanL0(view), 1)}.`}</p>`}
  </section>`;
}
