/** Questions that a reader answers before the models do. */
import { t } from '../../words/words.ts';
import type { GlassSuperposition } from './element.ts';
import { digits } from './sentence.ts';
import type { Plan } from './settings.ts';
import { OUTCOME_NAMES } from './strings.ts';
import { columns, median, nearestCell, outcomes, type Shot } from './view.ts';

export interface Answer {
  /** One of the choices, or what the models did instead. */
  readonly choice: string;
  readonly because: string;
}

export interface Prompt {
  readonly question: string;
  readonly choices: readonly string[];
  /** What the guess sets going. */
  act(el: GlassSuperposition): void;
  /** What the models say, once they are trained; null while they are not. */
  answer(shot: Shot, el: GlassSuperposition): Answer | null;
}

/** A guess, with the question that it answered: settings may change after it. */
export interface Guess {
  readonly prompt: Prompt;
  readonly choice: string;
}

const stored = (density: string, supposed: string, n: number, m: number): Prompt => {
  const some = m < n - 1 ? Math.min(n - 1, m + Math.max(1, Math.floor((n - m) / 2))) : null;
  return {
    question: `${supposed} ${m === 1 ? t`How many of the ${n} features will the models store in their 1 dimension?` : t`How many of the ${n} features will the models store in their ${m} dimensions?`}`,
    choices: [m, some, n].filter((count, at, all) => count !== null && all.indexOf(count) === at).map(String),
    act: (el) => el.retrain({ density }),
    answer: ({ report, step }) => {
      const counts = report.instances.map(({ represented }) => represented);
      if (step === 0) return null;
      return { choice: digits(median(counts)), because: counts.length > 1 ? t`(The middle one of ${counts.length} seeds; from ${Math.min(...counts)} to ${Math.max(...counts)}.)` : '' };
    },
  };
};

const HALF_FROM = 0.42;
const WHOLE_FROM = 0.75;

const COSTS = { whole: t`a whole one`, half: t`about half of one`, less: t`clearly less than half` } as const;

const sweep: Prompt = {
  question: t`Where features are rarest, how much of a dimension does a stored feature cost?`,
  choices: Object.values(COSTS),
  act: (el) => { if (el.training.step === 0) el.play(); },
  answer: (shot) => {
    const last = columns(shot).at(-1);
    if (!last || shot.step === 0) return null;
    const cost = last.dimensions;
    return {
      choice: cost >= WHOLE_FROM ? COSTS.whole : cost >= HALF_FROM ? COSTS.half : COSTS.less,
      because: t`D* is ${digits(cost)} where a feature is on in one sample of ${digits(1 / last.density)}.`,
    };
  },
};

const PHASE_DENSITY = 0.1;
const PHASE_IMPORTANCE = 0.5;

const phase: Prompt = {
  question: t`The last feature is half as important as the others, and each is on in one sample of ten. What becomes of it?`,
  choices: Object.values(OUTCOME_NAMES),
  act: (el) => { if (el.training.step === 0) el.play(); },
  answer: (shot) => {
    const cell = nearestCell(shot.plan, PHASE_DENSITY, PHASE_IMPORTANCE);
    const found = outcomes(shot)?.[cell];
    if (!found) return null;
    const best = shot.exact?.outcome[cell];
    return { choice: OUTCOME_NAMES[found], because: best ? t`The best possible model: ${OUTCOME_NAMES[best]}.` : '' };
  },
};

const RETURNS = { worse: t`worse`, same: t`about as well`, better: t`better` } as const;

/** Two on at once, beside one alone. */
const together: Prompt = {
  question: t`Features 1 and 2 both come on, fully. Beside feature 1 alone, how well does feature 1 come back?`,
  choices: Object.values(RETURNS),
  act: (el) => { el.on = '1,2'; },
  answer: (_, el) => {
    const [one, both] = [el.alone?.after[0], el.on === '1,2' && el.effects?.on === el.on ? el.effects.after[0] : undefined];
    if (one === undefined || both === undefined) return null;
    const [before, after] = [Math.abs(1 - one), Math.abs(1 - both)];
    return {
      choice: after > before + 0.03 ? RETURNS.worse : after < before - 0.03 ? RETURNS.better : RETURNS.same,
      because: t`Alone it comes back as ${digits(one)}, together with feature 2 as ${digits(both)}; it should be 1.`,
    };
  },
};

/** The question of a view; null where there is none worth asking. */
export function promptOf({ view, settings }: Plan): Prompt | null {
  const { nFeatures: n, nHidden: m, task, activation } = settings;
  switch (view) {
    case 'sweep': return sweep;
    case 'phase': return phase;
    case 'interference': return n >= 2 ? together : null;
    case 'geometry':
      if (n <= m || task === 'absolute' || activation === 'linear') return null;
      return (settings.density[0] ?? 1) > 0.5
        ? stored('0.05', t`Suppose each feature were on in only one sample of twenty.`, n, m)
        : stored('1', t`Suppose every feature were on in every sample.`, n, m);
  }
}
