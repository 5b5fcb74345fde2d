import { html, nothing, type TemplateResult } from 'lit';
import { say, t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { LIBRARY } from '../library.ts';

/** Positions to start with, random games, and the reader's own transcript. */
export function controls(el: GlassOthello): TemplateResult {
  const chosen = LIBRARY.find((entry) => el.shows(entry));
  const refused = el.game?.refused;
  return html`<div class="part controls">
    <div class="row" role="group" aria-label=${t`Positions`}>
      ${LIBRARY.map((entry) => html`<button type="button" aria-pressed=${entry === chosen} title=${entry.why} @click=${() => el.open(entry)}>${entry.name}</button>`)}
      <button type="button" @click=${() => void el.drawRandom()}>${t`Random game`}</button>
    </div>
    <p class="small soft why">${chosen?.why ?? t`Seed ${el.seed}. Play on, step through, or paste a game.`}</p>
    <form class="row" @submit=${(event: Event) => { event.preventDefault(); el.paste(); }}>
      <label class="typed"><span class="spoken">${t`Transcript`}</span><input type="text" class="mono" id="transcript" spellcheck="false" autocomplete="off" autocapitalize="off"
        placeholder="f5d6c3…" .value=${el.draft} @input=${(event: Event) => (el.draft = (event.target as HTMLInputElement).value)}></label>
      <button type="submit">${t`Play this transcript`}</button>
    </form>
    ${refused ? html`<p class="small error" role="alert"><b>${say`Move ${refused.at + 1}, “${html`<bdi>${refused.move}</bdi>`}”, was refused:`}</b> ${refused.reason}. ${
      refused.at === 0 ? t`No move before it.` : refused.at === 1 ? t`The 1 move before it is kept.` : t`The ${refused.at} moves before it are kept.`}</p>` : nothing}
  </div>`;
}
