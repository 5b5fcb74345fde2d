/** A few tokens of a text, each as bright as something is strong there; the strongest stands in the middle. */
import { html, type TemplateResult } from 'lit';
import { css, inkOn, viridis } from './colour.ts';
import { visible } from './token-text.ts';

export interface ShadedToken {
  readonly text: string;
  /** 0 to 1; 0 is left bare. */
  readonly share: number;
}

const word = ({ text, share }: ShadedToken): TemplateResult => {
  const rgb = share > 0 ? viridis(Math.min(1, share)) : null;
  return html`<span .style=${rgb ? `background:${css(rgb)};color:${inkOn(rgb)}` : ''}>${visible(text)}</span>`;
};

/** One line: what does not fit is cut off at its far ends. */
export const passageLine = (tokens: readonly ShadedToken[], peak: number): TemplateResult => html`<span class="passage mono">
  <span class="before"><bdi>${tokens.slice(0, peak).map(word)}</bdi></span><b class="peak">${tokens.slice(peak, peak + 1).map(word)}</b><span class="after">${tokens.slice(peak + 1).map(word)}</span></span>`;
