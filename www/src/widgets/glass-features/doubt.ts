/** Is it real? A card of this dictionary, of a random one and of an untrained network's, first without names. */
import { html, type TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';
import { seeded } from '../../base/random.ts';
import { percent, signed } from '../../marks/numbers.ts';
import { visible } from '../../marks/token-text.ts';
import { say, t } from '../../words/words.ts';
import type { GlassFeatures } from './element.ts';
import type { RivalCard } from './rivals.ts';
import type { View } from './view.ts';
import { passageList } from './parts/card.ts';

interface Candidate {
  readonly name: string;
  readonly title: string;
  readonly explained: number | null;
  readonly card: Promise<RivalCard>;
}

function candidates(el: GlassFeatures, view: View): Candidate[] {
  const { firing, feature, seed } = view;
  if (!firing) return [];
  const all = el.rivals.map((rival): Candidate => ({ name: rival.name, title: rival.title, explained: rival.metrics?.explainedVariance ?? null, card: rival.card(firing.density, feature) }));
  // The seed and the feature say in which order, so that a link shows what its sender saw.
  const draw = seeded(seed * 7919 + feature);
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = draw(at + 1);
    [all[at], all[other]] = [all[other] as Candidate, all[at] as Candidate];
  }
  return all;
}

/** The cards stay while the reader looks at the same feature. */
const kept = new WeakMap<GlassFeatures, { key: string; candidates: Candidate[] }>();

function standing(el: GlassFeatures, view: View): Candidate[] {
  const key = `${view.feature} ${view.seed} ${el.rivals.length} ${el.saeAddress}`;
  const known = kept.get(el);
  if (known?.key === key) return known.candidates;
  const fresh = { key, candidates: candidates(el, view) };
  kept.set(el, fresh);
  return fresh.candidates;
}

const shown = (card: RivalCard, revealed: boolean): TemplateResult => html`
  ${card.firing.passages.length > 0 ? passageList(card.firing, card.texts, 5) : html`<p class="small soft">${t`It never fired.`}</p>`}
  <p class="small">${!revealed ? t`Fires on ${percent(card.firing.density)} of tokens.` : html`${t`Fires on ${percent(card.firing.density)} of tokens; feature ${card.index}.`} ${card.promoted
    ? say`Promotes ${card.promoted.map(({ text, logit }) => html`<span class="neuron mono"><bdi>${visible(text ?? '')}</bdi> <span class="number">${signed(logit)}</span></span> `)}`
    : t`Its network is not here, so nothing is said of what it promotes.`}`}</p>`;

/** Three cards without names; once the reader has guessed, with them. */
export function doubtPanel(el: GlassFeatures, view: View): TemplateResult {
  const all = standing(el, view);
  const key = `${view.feature}`;
  const guessed = el.guess?.startsWith(`${key}:`) ? el.guess.slice(key.length + 1) : null;
  const name = (place: number) => t`Card ${'ABC'.charAt(place)}`;
  return html`<p class="small" aria-live="polite">${guessed === null ? t`Which one is the trained one?` : say`You said ${name(all.findIndex((one) => one.name === guessed))}. It is ${html`<b>${name(all.findIndex((one) => one.name === 'trained'))}</b>`}.`}</p>
    <div class="columns">${all.map(({ name: is, title, explained, card }, place) => html`<figure class="column rival">
      <h4>${guessed === null ? name(place) : `${name(place)}: ${title}`}</h4>
      ${until(card.then((there) => shown(there, guessed !== null), (error: unknown) => html`<p class="small warn">${String(error)}</p>`), html`<p class="small soft">…</p>`)}
      ${guessed === null ? html`<button type="button" @click=${() => (el.guess = `${key}:${is}`)}>${t`${name(place)} is the trained one`}</button>`
        : html`<p class="small">${say`${html`<b>${percent(explained)}</b>`} of variance explained by the whole dictionary.`}</p>`}
    </figure>`)}</div>
    <p class="small soft">${t`All passages are precomputed on the same held-out text, those of the untrained network inside that network.`}</p>`;
}
