import { html, nothing, type TemplateResult } from 'lit';
import { score } from '../../../marks/numbers.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassInduction } from '../element.ts';
import { headName, same } from '../settings.ts';
import { KIND_MEANINGS, KIND_NAMES, SWITCH, words } from '../strings.ts';
import { aboveControls, badges, ceilings, KINDS, type Head, type Kind, type View } from '../view.ts';

function cells(head: Head, kind: Kind): TemplateResult {
  const above = aboveControls(head, kind);
  return html`<td class="number ${above ? 'above' : ''}">${score(head[kind])}${above ? ' ▲' : ''}${head.ablated && score(head.ablated[kind]) !== score(head[kind])
      ? html`<span class="soft small"> → ${score(head.ablated[kind])}</span>` : nothing}</td>
    <td class="number soft">${score(head.control.untrained[kind])}</td><td class="number soft">${score(head.control.random95[kind])}</td>`;
}

function rows(el: GlassInduction, view: View): TemplateResult[] {
  const ceiling = ceilings(view.ids);
  return view.report.heads.map((head) => {
    const how = view.ablations.find((ablation) => same(ablation, head))?.how ?? 'on';
    return html`<tr class=${same(head, el.shown) ? 'current' : ''}>
      <th scope="row"><button type="button" class="plain" aria-pressed=${same(head, el.shown)} @click=${() => el.keepHead({ layer: head.layer, head: head.head })}>${headName(head)}</button></th>
      ${KINDS.map((kind) => cells(head, kind))}
      <td>${badges(head, ceiling).map((kind) => html`<span class="badge">${KIND_NAMES[kind]}</span> `)}</td>
      ${el.showsPart('controls') ? html`<td><select aria-label=${t`Head ${headName(head)}`} .value=${how}
        @change=${(event: Event) => el.switchHead(head, (event.target as HTMLSelectElement).value as 'on')}>
        <option value="on" ?selected=${how === 'on'}>${SWITCH.on}</option><option value="zero" ?selected=${how === 'zero'}>${SWITCH.zero}</option>
        <option value="mean" ?selected=${how === 'mean'} ?disabled=${!el.hasMeans}>${SWITCH.mean}</option></select></td>` : nothing}
    </tr>`;
  });
}

/** The one-layer twin's best heads: what a single layer can do on the same text. */
function twinLine({ report }: View): TemplateResult | typeof nothing {
  if (!report.twinHeads || report.twinHeads.length === 0) return nothing;
  const best = (kind: Kind) => report.twinHeads?.reduce((a, b) => (b[kind] > a[kind] ? b : a));
  return html`${say`Best heads of the one-layer twin: ${KINDS.map((kind, index) => {
    const head = best(kind);
    return head ? html`${index > 0 ? t`, ` : ''}${KIND_NAMES[kind]} <span class="number">${score(head[kind])}</span> (${headName(head)})` : nothing;
  })}.`}`;
}

/** Every head's scores, each beside what an untrained model and random heads reach. */
export function scoreTable(el: GlassInduction): TemplateResult {
  const { view } = el;
  const ceiling = view && ceilings(view.ids);
  return html`<section class="part" aria-labelledby="table-title">
    <h3 id="table-title">${words.tableTitle}</h3>
    <div class="scroll heads-table" tabindex="0" role="group" aria-label=${t`Scores of every head`}>${view && ceiling
      ? html`<table>
        <thead>
          <tr><th scope="col" rowspan="2">${t`head`}</th>${KINDS.map((kind) => html`<th scope="colgroup" colspan="3" title=${KIND_MEANINGS[kind]}>${KIND_NAMES[kind]}
            <span class="soft">${t`(at most ${score(ceiling[kind])})`}</span></th>`)}<th scope="col" rowspan="2">${t`kind`}</th>${el.showsPart('controls') ? html`<th scope="col" rowspan="2">${t`switch`}</th>` : nothing}</tr>
          <tr>${KINDS.map(() => html`<th scope="col" class="number">${t`score`}</th><th scope="col" class="number">${t`untrained`}</th><th scope="col" class="number">${t`random 95 %`.replaceAll(' ', '\u00a0')}</th>`)}</tr>
        </thead>
        <tbody>${rows(el, view)}</tbody>
      </table>` : nothing}</div>
    <p class="small soft twin-line">${view ? twinLine(view) : nothing}</p>
  </section>`;
}
