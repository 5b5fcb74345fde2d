/** Focus that would be lost with the control it is on: whoever goes by keyboard or by ear goes on from the same place. */

const FOCUSABLE = ':is(button, input, select, textarea, summary, a[href], [tabindex="0"]):not(:disabled)';
const PART = 'section, .part, .foot';
/** A control that is out of use only for a moment gets its focus back. */
const MOMENT_MS = 300;

const usable = (element: Element): boolean => element.isConnected && element.matches(FOCUSABLE) && element.checkVisibility();

/** What stands where the focus was: what can be used in the narrowest part that is still there, or that part itself. */
function nearest(around: readonly Element[]): HTMLElement | null {
  for (const element of around) {
    if (!element.isConnected) continue;
    const found = [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].find(usable);
    if (found) return found;
    if (element instanceof HTMLElement && element.matches(PART)) {
      element.tabIndex = -1;
      return element;
    }
  }
  return null;
}

/** Watches over the focus inside of `root`, from now on. */
export function keepFocus(root: ShadowRoot): void {
  let at: Element | null = null;
  let around: Element[] = [];
  let timer = 0;
  /** Whether the control was seen out of use. */
  let waits = false;

  const follow = (): void => {
    at = root.activeElement;
    around = [];
    waits = false;
    for (let parent = at?.parentElement; parent; parent = parent.parentElement) around.push(parent);
  };
  const isLost = (): boolean => at !== null && !root.activeElement && (document.activeElement === document.body || document.activeElement === null);
  const restore = (): void => {
    if (isLost()) nearest(around)?.focus();
  };
  const check = (): void => {
    if (!isLost() || !at) return;
    clearTimeout(timer);
    if (!at.isConnected) restore();
    else if (!usable(at)) {
      waits = true;
      timer = window.setTimeout(restore, MOMENT_MS);
    } else if (waits && at instanceof HTMLElement) at.focus();
    // It was left of the reader's own accord.
    else at = null;
  };
  // Not at once: on its way from one control to the next the focus is nowhere.
  const soon = (): void => {
    if (at) setTimeout(check);
  };

  follow();
  root.addEventListener('focusin', follow);
  root.addEventListener('focusout', soon);
  new MutationObserver(soon).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled', 'hidden', 'inert'] });
}
