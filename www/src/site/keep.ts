/** On every page: keeps what its reader uses for the time without a network, and says when a newer build is here. */
import { hindrance, noteUse, register, takeOver, tellUses, whenUpdated } from '../service-worker/client.ts';
import { t } from '../words/words.ts';
import './header/language.ts';

if (hindrance() === null) {
  document.addEventListener('glass-ready', ({ target }) => {
    if (target instanceof Element) void used(target.localName);
  });
  for (const element of document.querySelectorAll('[status=ready], [status=running]')) void used(element.localName);
  // The page comes first; what is kept for later can wait.
  if (document.readyState === 'complete') void keep();
  else addEventListener('load', () => void keep(), { once: true });
}

async function keep(): Promise<void> {
  try {
    const registration = await register();
    whenUpdated(registration, offer);
    await tellUses(await navigator.serviceWorker.ready);
  } catch {
    // A page that cannot be kept is a page all the same.
  }
}

/** Before there is anyone to tell, it is noted for the next page. */
async function used(part: string): Promise<void> {
  try {
    noteUse(part);
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration) await tellUses(registration);
  } catch {
    // Likewise.
  }
}

function offer(waiting: ServiceWorker): void {
  document.querySelector('.update-notice')?.remove();
  const notice = Object.assign(document.createElement('aside'), { className: 'update-notice' });
  notice.setAttribute('role', 'status');
  const words = Object.assign(document.createElement('p'), { textContent: t`A newer version of this site is here. This page stays as it is until you load it.` });
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: t`Load it now` });
  button.addEventListener('click', () => {
    button.disabled = true;
    takeOver(waiting).catch((error: unknown) => {
      button.disabled = false;
      words.textContent = t`The newer version could not be taken: ${error instanceof Error ? error.message : String(error)}`;
    });
  });
  notice.append(words, button);
  document.body.append(notice);
}
