/** “Workshop”: a teacher sets a lesson up by using it, and takes the link. */
import { HIDEABLE, LEAVABLE, LESSONS, MODELS, putModel, shownModel, workshopLink, type LessonName } from './workshop/link.ts';
import { count } from '../marks/numbers.ts';
import { t } from '../words/words.ts';

interface Figure extends HTMLElement {
  linkedState(): Map<string, string>;
}

class Composer {
  #lesson: LessonName = 'induction';
  #figure: Figure | null = null;

  constructor(private readonly form: HTMLFormElement, private readonly stage: HTMLElement, private readonly models: HTMLFieldSetElement, private readonly out: {
    readonly link: HTMLTextAreaElement; readonly open: HTMLAnchorElement; readonly copy: HTMLButtonElement; readonly note: HTMLElement;
  }) {
    form.addEventListener('input', () => this.#changed());
    form.addEventListener('submit', (event) => event.preventDefault());
    // Every change of the figure is another link.
    for (const kind of ['glass-ready', 'glass-change']) stage.addEventListener(kind, () => this.#write());
    out.copy.addEventListener('click', () => void this.#copy());
    this.#show();
  }

  #changed(): void {
    const chosen = LESSONS.find((name) => name === new FormData(this.form).get('lesson')) ?? 'induction';
    if (chosen !== this.#lesson) {
      this.#lesson = chosen;
      this.#show();
    } else this.#write();
  }

  /** Puts the lesson's element on the page, and the models that it can show. */
  #show(): void {
    const figure = document.createElement(`glass-${this.#lesson}`);
    this.#figure = figure;
    figure.setAttribute('hide', 'lesson');
    figure.append(Object.assign(document.createElement('p'), { textContent: t`The lesson’s element stands here; it needs JavaScript and a few megabytes of download.` }));
    this.stage.replaceChildren(figure);
    const boxes = MODELS[this.#lesson].map(({ name }, at) => {
      const label = document.createElement('label');
      label.append(Object.assign(document.createElement('input'), { type: 'checkbox', name: 'models', value: name, checked: at === 0 }), ` ${name}`);
      return label;
    });
    this.models.querySelectorAll('label').forEach((label) => label.remove());
    this.models.append(...boxes);
    this.models.hidden = boxes.length < 2;
    void customElements.whenDefined(figure.localName).then(() => this.#write());
  }

  #write(): void {
    const data = new FormData(this.form);
    const ticked = <Word extends string>(name: string, known: readonly Word[]): Word[] => known.filter((word) => data.getAll(name).includes(word));
    const allowed = ticked('models', MODELS[this.#lesson].map(({ name }) => name));
    const [first] = MODELS[this.#lesson].filter(({ name }) => allowed.includes(name));
    // It starts with a model that is allowed.
    if (this.#figure && first && !allowed.includes(shownModel(this.#lesson, this.#figure)?.name ?? '')) putModel(this.#figure, first);
    const state = new Map(this.#figure?.linkedState?.() ?? []);
    // The composer's own element hides the lesson because this page has none; whether the workshop does is ticked above.
    state.delete('hide');
    const title = data.get('title');
    const link = workshopLink(document.baseURI, this.#lesson, {
      title: typeof title === 'string' ? title.trim() : '',
      hide: ticked('hide', HIDEABLE),
      without: ticked('without', LEAVABLE),
      models: allowed,
    }, state);
    this.out.link.value = link;
    this.out.open.href = link;
    this.out.note.textContent = t`${count(link.length)} characters`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.out.link.value);
      this.out.note.textContent = t`The link is on the clipboard.`;
    } catch {
      this.out.link.select();
      this.out.note.textContent = t`It could not be copied here; the link is selected, copy it by hand.`;
    }
  }
}

const find = <E extends Element>(id: string): E | null => document.querySelector<E>(`#${id}`);
const [form, stage, models] = [find<HTMLFormElement>('compose'), find<HTMLElement>('stage'), find<HTMLFieldSetElement>('models')];
const [link, open, copy, note] = [find<HTMLTextAreaElement>('link'), find<HTMLAnchorElement>('open'), find<HTMLButtonElement>('copy'), find<HTMLElement>('note')];
if (form && stage && models && link && open && copy && note) new Composer(form, stage, models, { link, open, copy, note });
