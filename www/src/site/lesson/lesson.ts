/**
 * A lesson: steps of prose beside one figure. Links in the prose put the figure into a state (each is a share link, and
 * works without this script); questions are answered by the reader first and judged by the model then; a step is done when
 * its questions are answered and its tasks met, and opens the next. Everything else is in the page's HTML.
 */
import { say, t } from '../../words/words.ts';
import '../workshop/honour.ts';
import { Bar } from './bar.ts';
import { beside, hashOf, lookAt, show, stands, stateOf, type Figure, type State } from './figure.ts';
import { Progress } from './progress.ts';

/** What the model says, as the value of one of the choices, and why. */
export interface Verdict {
  readonly answer: string;
  readonly because: string;
}

/** Puts the figure into the question's state, with changes, and reads every number that it then shows. */
export type Ask<Data> = (changes?: State) => Promise<Data>;

export interface Lesson<Data> {
  /** By the `data-question` of a form. */
  readonly questions: Readonly<Record<string, (ask: Ask<Data>) => Promise<Verdict>>>;
  /** By the `data-task` of a paragraph: whether the reader's own action has led to what it asks for. */
  readonly tasks: Readonly<Record<string, (state: State) => boolean>>;
  /** The figure in one sentence of live numbers. */
  readonly tell: (data: Data) => string;
}

class Changed extends Error {}

export function teach<Data extends object>(lesson: Lesson<Data>): void {
  const main = document.querySelector<HTMLElement>('main[data-lesson]');
  const pane = main?.querySelector<HTMLElement>('.figure');
  const article = main?.querySelector<HTMLElement>('article');
  const figure = pane?.firstElementChild as Figure | null | undefined;
  if (!main || !pane || !article || !figure) throw new Error('A lesson needs <main data-lesson>, an <article> and a .figure.');
  const steps = [...article.querySelectorAll<HTMLDetailsElement>('details.step')];
  const progress = new Progress(main.dataset['lesson'] ?? '');
  const bar = new Bar();
  /** While the lesson itself moves the figure, its changes are not the reader's. */
  let moving = 0;

  async function ask(state: State, as: 'step' | 'turn'): Promise<Data> {
    moving += 1;
    try {
      await customElements.whenDefined(figure!.localName);
      show(hashOf(state), as);
      const data = (await figure!.exportData()) as Data;
      if (!stands(figure!, state)) throw new Changed();
      return data;
    } finally {
      moving -= 1;
    }
  }

  /** The ids of what there is to do in a step. */
  function duties(step: HTMLDetailsElement): string[] {
    const asked = [...step.querySelectorAll<HTMLElement>('[data-question], [data-task]')].map((node) => node.dataset['question'] ?? node.dataset['task'] ?? '');
    return asked.length > 0 ? asked : [`${step.id} link`];
  }

  const isDone = (step: HTMLDetailsElement): boolean => duties(step).every((duty) => progress.has(duty));

  function draw(): void {
    const done = steps.filter(isDone);
    for (const step of steps) step.classList.toggle('done', isDone(step));
    for (const task of article!.querySelectorAll<HTMLElement>('[data-task]')) task.classList.toggle('done', progress.has(task.dataset['task'] ?? ''));
    const line = article!.querySelector('[data-progress]');
    if (line && done.length > 0) line.textContent = done.length === steps.length ? t`${done.length} of ${steps.length} steps done. Thank you for reading.` : t`${done.length} of ${steps.length} steps done.`;
    const again = article!.querySelector<HTMLElement>('[data-again]');
    if (again) again.hidden = done.length === 0;
  }

  function did(duty: string): void {
    const before = new Set(steps.filter(isDone));
    progress.add(duty);
    steps.forEach((step, at) => {
      const next = steps[at + 1];
      if (next && isDone(step) && !before.has(step)) next.open = true;
    });
    draw();
  }

  function follow(link: HTMLAnchorElement): void {
    const what = (link.dataset['says'] ?? link.textContent).replace(/\s+/g, ' ').trim();
    const from = beside(pane!, article!) ? null : link;
    bar.say(t`In the figure: ${what}.`, from);
    lookAt(pane!, figure!, article!, link.dataset['look']);
    ask(stateOf(link.hash), 'step').then(
      (data) => {
        // Whoever has gone back to the text by now is not carried away again.
        const stayed = bar.from === from;
        bar.say(`${t`In the figure: ${what}.`} ${lesson.tell(data)}`, stayed ? from : null);
        if (stayed) lookAt(pane!, figure!, article!, link.dataset['look']);
      },
      (error: unknown) => { if (!(error instanceof Changed)) bar.say(sentence(error), from); },
    );
    const step = link.closest<HTMLDetailsElement>('details.step');
    if (step) did(`${step.id} link`);
  }

  async function judge(form: HTMLElement, guess: HTMLButtonElement): Promise<void> {
    const name = form.dataset['question'] ?? '';
    const reveal = form.querySelector<HTMLElement>('.reveal')!;
    const choices = [...form.querySelectorAll<HTMLButtonElement>('button')];
    for (const choice of choices) choice.setAttribute('aria-pressed', String(choice === guess));
    const said = guess.textContent.trim();
    reveal.textContent = t`You said: ${said}. The model is being asked …`;
    form.dataset['judged'] = '';
    const state = stateOf(form.dataset['state'] ?? '');
    try {
      const { answer, because } = await lesson.questions[name]!((changes = {}) => ask({ ...state, ...changes }, 'turn'));
      if (guess.getAttribute('aria-pressed') !== 'true') return; // another guess came after it
      const right = choices.find(({ value }) => value === answer);
      form.dataset['judged'] = answer === guess.value ? 'right' : 'wrong';
      const verdict = Object.assign(document.createElement('b'), { textContent: right?.textContent.trim() ?? answer });
      reveal.replaceChildren(...(say`You said: ${said}. The model says: ${verdict}. ${because}` as (string | Node)[]));
      did(name);
    } catch (error) {
      if (guess.getAttribute('aria-pressed') !== 'true') return;
      reveal.textContent = error instanceof Changed ? t`The figure was changed before it could answer. Guess again.` : sentence(error);
    }
  }

  function startAgain(): void {
    progress.clear();
    steps.forEach((step, at) => (step.open = at === 0));
    for (const form of article!.querySelectorAll<HTMLElement>('[data-question]')) {
      delete form.dataset['judged'];
      form.querySelector('.reveal')!.textContent = '';
      for (const choice of form.querySelectorAll('button')) choice.setAttribute('aria-pressed', 'false');
    }
    draw();
    steps[0]?.querySelector('summary')?.focus();
  }

  main.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest<HTMLAnchorElement>('a[href^="#v="]');
    const guess = event.target.closest<HTMLButtonElement>('[data-question] button');
    const form = guess?.closest<HTMLElement>('[data-question]');
    if (link) {
      event.preventDefault();
      follow(link);
    } else if (guess && form) void judge(form, guess);
    else if (event.target.closest('[data-again]')) startAgain();
  });

  figure.addEventListener('glass-change', (event) => {
    if (moving > 0) return;
    const { state } = (event as CustomEvent<{ state: State }>).detail;
    for (const task of article.querySelectorAll<HTMLElement>('details[open] [data-task]:not(.done)')) {
      const name = task.dataset['task'] ?? '';
      if (lesson.tasks[name]?.(state)) did(name);
    }
  });

  window.addEventListener('beforeprint', () => steps.forEach((step) => (step.open = true)));

  for (const fields of article.querySelectorAll<HTMLFieldSetElement>('fieldset:disabled')) fields.disabled = false;
  // A reader who comes back finds open what was open: all that is done, and the next step.
  steps.forEach((step, at) => {
    const before = steps[at - 1];
    if (isDone(step) || (before && isDone(before))) step.open = true;
  });
  draw();
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
