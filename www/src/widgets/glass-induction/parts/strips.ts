import { html, nothing, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { legend } from '../../../marks/legend.ts';
import { percent } from '../../../marks/numbers.ts';
import { pickableStrip, tokenStrip } from '../../../marks/token-strip.ts';
import type { GlassInduction } from '../element.ts';
import { headName } from '../settings.ts';
import { words } from '../strings.ts';
import { tokenTable } from '../take-away.ts';
import { fit, names, type View } from '../view.ts';

type Probs = readonly (number | null)[];

/** The typical (geometric mean) probability of a token, on repeats and elsewhere. */
function typical(probs: Probs, view: View): TemplateResult {
  const { repeated, other } = fit(probs, view.ids);
  const share = (mean: number | null) => (mean === null ? '–' : percent(Math.exp(mean)));
  return html`<span class="small soft number">repeats ${share(repeated)}</span> <span class="small soft number">others ${share(other)}</span>`;
}

function line(name: string, probs: Probs, view: View, strip: TemplateResult): TemplateResult {
  return html`<div class="line"><div class="who"><b>${name}</b> ${typical(probs, view)}</div><div class="over">${strip}</div></div>`;
}

function lines(el: GlassInduction, view: View): TemplateResult {
  const { report, tokens, ablations } = view;
  const { nextTokenProb, ablatedNextTokenProb, twinNextTokenProb, untrainedNextTokenProb } = report;
  const off = ablations.map(headName).join(' and ');
  const sentence = (name: string, probs: Probs) => {
    const { repeated, other } = fit(probs, view.ids);
    return `${name}: typical probability ${repeated === null ? 'without repeats' : `${percent(Math.exp(repeated))} on repeated tokens`}, ${other === null ? '' : `${percent(Math.exp(other))} on others`}`;
  };
  const { own, twin } = names(view);
  const picking = {
    selected: el.kept,
    pointed: el.pointedToken ?? el.pointedCell?.row ?? null,
    point: (position: number | null) => el.pointToken(position),
    pick: (position: number) => el.keepPosition(position),
    release: () => el.release(),
  };
  return html`
    ${line(own, nextTokenProb, view, html`${pickableStrip({ tokens, probs: nextTokenProb, label: `Tokens of the text, model of ${own}` }, picking)}<svg class="lines" aria-hidden="true"></svg>`)}
    ${ablatedNextTokenProb ? line(`without ${off}`, ablatedNextTokenProb, view, tokenStrip({ tokens, probs: ablatedNextTokenProb, label: sentence(`Without head ${off}`, ablatedNextTokenProb) })) : nothing}
    ${twinNextTokenProb ? line(twin, twinNextTokenProb, view, tokenStrip({ tokens, probs: twinNextTokenProb, label: sentence(`Twin of ${twin}`, twinNextTokenProb) })) : nothing}
    <div class="line"><div class="who"><b>untrained</b> ${typical(untrainedNextTokenProb, view)}</div></div>`;
}

/** The text, coloured by how well each model saw it coming. */
export function strips(el: GlassInduction): TemplateResult {
  const { view } = el;
  return html`<section class="part" aria-labelledby="strips-title">
    <div class="head"><h3 id="strips-title">${words.stripTitle}</h3>${legend(words.probabilityScale)}</div>
    <p class="small soft">${words.stripHint}</p>
    <div class="strips scroll" tabindex="0" role="group" aria-label="The text, token by token">${view ? lines(el, view) : nothing}</div>
    ${tableView('Tokens as a table', () => (view ? tokenTable(view) : { name: '', rows: [] }), el.openTables.has('tokens'), (open) => el.toggleTable('tokens', open))}
  </section>`;
}
