/**
 * The way to this page in another language keeps the reader's place: the state of the figure, the step that was linked to, and a
 * workshop. Without this script it leads to the top of the same page.
 */

const others = document.querySelectorAll<HTMLAnchorElement>('.site-header a.language');

function keepPlace(): void {
  for (const link of others) {
    link.search = location.search;
    link.hash = location.hash;
  }
}

// A figure writes its state into the address without a word; whoever comes near the link is about to follow it.
for (const link of others) for (const kind of ['pointerenter', 'pointerdown', 'focus', 'contextmenu']) link.addEventListener(kind, keepPlace);
keepPlace();

export {};
