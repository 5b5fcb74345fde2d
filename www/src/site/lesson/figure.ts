/** The one figure of a lesson: how prose puts it into a state, and what it then says. */

/** Any of the elements, as far as a lesson needs it. */
export interface Figure extends HTMLElement {
  readonly ready: Promise<void>;
  exportData(): Promise<object>;
}

/** Attributes by name, as a link carries them. */
export type State = Readonly<Record<string, string>>;

export const stateOf = (hash: string): State => Object.fromEntries(new URLSearchParams(hash.replace(/^#/, '')));

export const hashOf = (state: State): string => `#${new URLSearchParams(state).toString()}`;

/** Puts the page's figure into the state of a share link. `step` goes back with the browser's button, `turn` does not. */
export function show(hash: string, as: 'step' | 'turn'): void {
  if (as === 'step' && location.hash !== hash) history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
  // The element listens for this itself; what changes the address by program has to say so.
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Whether the figure still shows what it was asked for; a workshop may hide more of it. */
export const stands = (figure: Figure, state: State): boolean =>
  Object.entries(state).every(([name, value]) => ['v', 'widget', 'hide'].includes(name) || figure.getAttribute(name) === value);

const gently = (): ScrollBehavior => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth');

/** Whether the figure stands beside the text, where the reader sees both. */
export const beside = (pane: Element, article: Element): boolean => pane.getBoundingClientRect().left >= article.getBoundingClientRect().right;

/** Brings the part of the figure that is spoken of into sight: the section that holds what `part` selects. */
export function lookAt(pane: Element, figure: Figure, article: Element, part: string | undefined): void {
  const named = part === undefined ? null : figure.shadowRoot?.querySelector(part);
  const section = named?.closest('section section') ?? named;
  const top = section ? pane.scrollTop + section.getBoundingClientRect().top - pane.getBoundingClientRect().top : 0;
  // At once: what is still growing above it would carry a gentle scroll past its end.
  pane.scrollTo({ top });
  if (!beside(pane, article)) pane.scrollIntoView({ block: 'start', behavior: gently() });
}

export function comeBack(to: HTMLElement): void {
  to.scrollIntoView({ block: 'center', behavior: gently() });
  to.focus({ preventScroll: true });
}
