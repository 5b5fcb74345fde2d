/** Makes a lesson what a workshop's link asks for. It hides, it does not lock: whoever changes the address sees everything. */
import { LESSONS, MODELS, putModel, readWorkshop, shownModel, type Choice, type Workshop } from './link.ts';
import { t } from '../../words/words.ts';

function honour(): void {
  const main = document.querySelector<HTMLElement>('main[data-lesson]');
  const lesson = LESSONS.find((name) => name === main?.dataset['lesson']);
  const element = lesson && main?.querySelector<HTMLElement>(`glass-${lesson}`);
  const workshop = lesson && readWorkshop(location.search, lesson);
  if (!main || !element || !workshop) return;
  document.body.classList.add('workshop');
  if (workshop.without.includes('pages')) for (const part of document.querySelectorAll<HTMLElement>('.site-header nav')) part.hidden = true;
  if (workshop.without.includes('text')) {
    for (const part of main.querySelectorAll<HTMLElement>('article, .title')) part.hidden = true;
    main.classList.remove('lesson');
    element.parentElement?.classList.remove('figure');
  }
  const allowed = MODELS[lesson].filter(({ name }) => workshop.models.length === 0 || workshop.models.includes(name));
  const banner = new Banner(workshop, workshop.models.length > 0 ? allowed : [], (choice) => putModel(element, choice));
  main.before(banner.box);
  const keep = () => {
    hide(element, workshop);
    const shown = shownModel(lesson, element);
    const [first] = allowed;
    const refused = workshop.models.length > 0 && first && !(shown && allowed.includes(shown));
    if (refused) putModel(element, first);
    banner.say(refused ? first : shown, Boolean(refused));
  };
  keep();
  new MutationObserver(keep).observe(element, { attributeFilter: ['hide', 'model', 'sae', 'probes', 'dictionary'] });
}

function hide(element: HTMLElement, workshop: Workshop): void {
  const hidden = (element.getAttribute('hide') ?? '').split(/[\s,]+/).filter(Boolean);
  const all = [...new Set([...hidden, ...workshop.hide])];
  if (all.length > hidden.length) element.setAttribute('hide', all.join(','));
}

/** What the workshop is called, and the choice among its models where there is one. */
class Banner {
  readonly box = document.createElement('aside');
  readonly #select = document.createElement('select');
  readonly #note = document.createElement('span');

  constructor({ title }: Workshop, models: readonly Choice[], choose: (choice: Choice) => void) {
    this.box.className = 'workshop-banner row small';
    this.box.setAttribute('aria-label', t`Workshop`);
    this.#note.setAttribute('role', 'status');
    this.#note.className = 'soft';
    this.box.append(Object.assign(document.createElement('b'), { textContent: title === '' ? t`Workshop` : title }));
    if (models.length > 1) {
      this.#select.id = 'workshop-model';
      const label = Object.assign(document.createElement('label'), { textContent: t`Model`, htmlFor: this.#select.id });
      for (const { name } of models) this.#select.append(new Option(name, name));
      this.#select.addEventListener('change', () => {
        const choice = models.find(({ name }) => name === this.#select.value);
        if (choice) choose(choice);
      });
      this.box.append(label, this.#select);
    }
    this.box.append(this.#note);
  }

  say(shown: Choice | null, refused: boolean): void {
    if (shown) this.#select.value = shown.name;
    // It is said until the reader chooses, because the refusal itself is a change that comes by here.
    if (refused) this.#note.textContent = t`The link asked for a model that this workshop does not use.`;
  }
}

// After the lesson's own script, which knows the page as it was written.
if (document.readyState === 'complete') honour();
else document.addEventListener('DOMContentLoaded', honour);
