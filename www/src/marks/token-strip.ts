/** A text as coloured tokens: the colour of each is the probability that was given to it before it was read. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { stepInList } from '../base/keyboard.ts';
import { css, inkOn, viridis } from './colour.ts';
import { percent } from './numbers.ts';
import { isBos, tokenLabel, type Token } from './token-text.ts';
import { t } from '../words/words.ts';

export interface Strip {
  readonly tokens: readonly Token[];
  /** `probs[i]` was given at position i to the token at i + 1, as in `exportData()`. */
  readonly probs: readonly (number | null)[];
  readonly label: string;
}

export interface Picking {
  /** The position that is kept. */
  readonly selected: number;
  /** The position that is pointed at, or null. */
  readonly pointed: number | null;
  readonly point: (position: number | null) => void;
  readonly pick: (position: number) => void;
  readonly release: () => void;
}

function token(tokens: readonly Token[], probs: readonly (number | null)[], index: number, picking: Picking | null): TemplateResult {
  const label = tokenLabel(tokens, index);
  const given = index === 0 ? null : (probs[index - 1] ?? null);
  const rgb = given === null ? null : viridis(given);
  const style = rgb ? `background:${css(rgb)};color:${inkOn(rgb)}` : '';
  const name = given === null ? label : t`${label}, given ${percent(given)}`;
  const breaks = tokens[index]?.text.includes('\n') ? html`<br>` : nothing;
  if (!picking) return html`<span class="token ${rgb ? '' : 'bare'}" .style=${style} title=${name}><bdi>${label}</bdi></span>${breaks}`;
  return html`<span class="token ${rgb ? '' : 'bare'} ${picking.pointed === index ? 'pointed' : ''}" .style=${style}
    role="option" data-index=${index} tabindex=${index === picking.selected ? 0 : -1} title=${name}
    aria-selected=${index === picking.selected} aria-label=${isBos(tokens, index) ? t`BOS, the beginning of the text` : name}><bdi>${label}</bdi></span>${breaks}`;
}

/** A strip to look at; the numbers are in the table beside it. */
export const tokenStrip = ({ tokens, probs, label }: Strip): TemplateResult =>
  html`<div class="strip" role="img" aria-label=${label}>${repeat(tokens, (_, i) => i, (_, i) => token(tokens, probs, i, null))}</div>`;

const indexOf = (event: Event): number | null => {
  const option = (event.target as Element).closest('[data-index]');
  return option ? Number(option.getAttribute('data-index')) : null;
};

/** A strip to pick a position in: pointing previews, clicking or Enter keeps, Escape lets go, arrows move. */
export function pickableStrip({ tokens, probs, label }: Strip, picking: Picking): TemplateResult {
  const keys = (event: KeyboardEvent) => {
    const at = indexOf(event);
    if (at === null) return;
    const to = stepInList(event.key, at, tokens.length);
    if (to !== undefined) (event.currentTarget as Element).querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus();
    else if (event.key === 'Enter' || event.key === ' ') picking.pick(at);
    else if (event.key === 'Escape') picking.release();
    else return;
    event.preventDefault();
  };
  return html`<div class="strip" role="listbox" aria-orientation="horizontal" aria-label=${label}
    @pointerover=${(event: PointerEvent) => event.pointerType === 'mouse' && picking.point(indexOf(event))}
    @pointerleave=${() => picking.point(null)}
    @focusin=${(event: FocusEvent) => picking.point(indexOf(event))}
    @focusout=${() => picking.point(null)}
    @click=${(event: MouseEvent) => { const at = indexOf(event); if (at !== null) picking.pick(at); }}
    @keydown=${keys}>${repeat(tokens, (_, i) => i, (_, i) => token(tokens, probs, i, picking))}</div>`;
}
