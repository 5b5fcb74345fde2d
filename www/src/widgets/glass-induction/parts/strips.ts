import { html, nothing, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { legend } from '../../../marks/legend.ts';
import { percent } from '../../../marks/numbers.ts';
import { pickableStrip, tokenStrip } from '../../../marks/token-strip.ts';
import { t } from '../../../words/words.ts';
import type { GlassInduction } from '../element.ts';
import { headNames } from '../sentence.ts';
import { words } from '../strings.ts';
import { tokenTable } from '../take-away.ts';
import { fit, names, type View } from '../view.ts';

type Probs = readonly (number | null)[];

/** The typical (geometric mean) probability of a token, on repeats and elsewhere. */
function typical(probs: Probs, view: View): TemplateResult {
  const { repeated, other } = fit(probs, view.ids);
  const share = (mean: number | null) => (mean === null ? '–' : percent(Math.exp(mean)));
  return html`<span class="small soft number">${t`repeats ${share(repeated)}`}</span> <span class="small soft number">${t`others ${share(other)}`}</span>`;
}

function line(name: string, probs: Probs, view: View, strip: TemplateResult): TemplateResult {
  return html`<div class="line"><div class="who"><b>${name}</b> ${typical(probs, view)}</div><div class="over">${strip}</div></div>`;
}

function lines(el: GlassInduction, view: View): TemplateResult {
  const { report, tokens, ablations } = view;
  const { nextTokenProb, ablatedNextTokenProb, twinNextTokenProb, untrainedNextTokenProb } = report;
  const off = headNames(ablations);
  const sentence = (name: string, probs: Probs) => {
    const { repeated, other } = fit(probs, view.ids);
    const others = other === null ? null : percent(Math.exp(other));
    if (others === null) return t`${name}: typical probability without repeats`;
    return repeated === null
      ? t`${name}: typical probability without repeats, ${others} on others`
      : t`${name}: typical probability ${percent(Math.exp(repeated))} on repeated tokens, ${others} on others`;
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
    ${line(own, nextTokenProb, view, html`${pickableStrip({ tokens, probs: nextTokenProb, label: t`Tokens of the text, model of ${own}` }, picking)}<svg class="lines" aria-hidden="true"></svg>`)}
    ${ablatedNextTokenProb ? line(t`without ${off}`, ablatedNextTokenProb, view, tokenStrip({ tokens, probs: ablatedNextTokenProb, label: sentence(t`Without head ${off}`, ablatedNextTokenProb) })) : nothing}
    ${twinNextTokenProb ? line(twin, twinNextTokenProb, view, tokenStrip({ tokens, probs: twinNextTokenProb, label: sentence(t`Twin of ${twin}`, twinNextTokenProb) })) : nothing}
    <div class="line"><div class="who"><b>${t`untrained`}</b> ${typical(untrainedNextTokenProb, view)}</div></div>`;
}

/** The text, coloured by how well each model saw it coming. */
export function strips(el: GlassInduction): TemplateResult {
  const { view } = el;
  return html`<section class="part" aria-labelledby="strips-title">
    <div class="head"><h3 id="strips-title">${words.stripTitle}</h3>${legend(words.probabilityScale)}</div>
    <p class="small soft">${words.stripHint}</p>
    <div class="strips scroll" tabindex="0" role="group" aria-label=${t`The text, token by token`}>${view ? lines(el, view) : nothing}</div>
    ${tableView(t`Tokens as a table`, () => (view ? tokenTable(view) : { name: '', rows: [] }), el.openTables.has('tokens'), (open) => el.toggleTable('tokens', open))}
  </section>`;
}
