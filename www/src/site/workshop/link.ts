/** A workshop in a link: which lesson, in which state, with what hidden, and with which models. Nothing else keeps it. */
import { pageName } from '../../words/words.ts';

export const LESSONS = ['induction', 'superposition', 'othello', 'features'] as const;
export type LessonName = (typeof LESSONS)[number];

/** Parts of the element, and of the page around it. */
export const HIDEABLE = ['controls', 'lesson'] as const;
export const LEAVABLE = ['text', 'pages'] as const;
type Hideable = (typeof HIDEABLE)[number];
type Leavable = (typeof LEAVABLE)[number];

export interface Workshop {
  /** What the teacher calls it; may be empty. */
  readonly title: string;
  /** Parts of the element that are not shown. */
  readonly hide: readonly Hideable[];
  /** The lesson's prose, and the way to the other pages. */
  readonly without: readonly Leavable[];
  /** Names of models; none restricts nothing. */
  readonly models: readonly string[];
}

/** A model that a lesson's element can show, as attributes; an empty one is absent. */
export interface Choice {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The first of each is what the lesson begins with. */
export const MODELS: Readonly<Record<LessonName, readonly Choice[]>> = {
  induction: [
    { name: 'induction-2l', attributes: { model: '' } },
    { name: 'induction-1l', attributes: { model: './models/induction-1l/' } },
    { name: 'stories', attributes: { model: './models/stories/' } },
  ],
  superposition: [],
  othello: [{ name: 'othello', attributes: { model: '', probes: '' } }],
  features: [
    { name: 'stories-sae-x4', attributes: { model: '', sae: '', dictionary: '' } },
    { name: 'stories-sae-x16', attributes: { model: '', sae: '', dictionary: 'x16' } },
  ],
};

/** To the lesson in the language of this page. @param base the address that the pages lie beside @param state the element's attributes */
export function workshopLink(base: string, lesson: LessonName, workshop: Workshop, state: ReadonlyMap<string, string>): string {
  const url = new URL(`./${pageName(lesson)}`, base);
  url.searchParams.set('workshop', workshop.title);
  for (const [name, values] of [['hide', workshop.hide], ['without', workshop.without], ['models', workshop.models]] as const) {
    if (values.length > 0) url.searchParams.set(name, values.join(','));
  }
  const hash = new URLSearchParams({ v: '1', widget: `glass-${lesson}` });
  for (const [name, value] of state) hash.set(name, value);
  const hide = hash.get('hide')?.split(',') ?? [];
  if (workshop.hide.length > 0) hash.set('hide', [...new Set([...hide, ...workshop.hide])].join(','));
  url.hash = hash.toString();
  return url.href;
}

/** What the address of a page says of a workshop; null where it is none. Words that mean nothing here are left out. */
export function readWorkshop(search: string, lesson: LessonName): Workshop | null {
  const query = new URLSearchParams(search);
  const title = query.get('workshop');
  if (title === null) return null;
  const words = <Word extends string>(name: string, known: readonly Word[]): Word[] => {
    const given = new Set((query.get(name) ?? '').split(','));
    return known.filter((word) => given.has(word));
  };
  return { title, hide: words('hide', HIDEABLE), without: words('without', LEAVABLE), models: words('models', MODELS[lesson].map(({ name }) => name)) };
}

/** What an element shows, by its attributes; null is none of the lesson's own models. */
export function shownModel(lesson: LessonName, element: Pick<Element, 'getAttribute'>): Choice | null {
  const of = (name: string) => {
    const value = element.getAttribute(name) ?? '';
    return name === 'dictionary' && value === 'x4' ? '' : value; // what it is when it is absent
  };
  return MODELS[lesson].find(({ attributes }) => Object.entries(attributes).every(([name, value]) => of(name) === value)) ?? null;
}

/** Makes an element show a model. */
export function putModel(element: Element, { attributes }: Choice): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === '') element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}
