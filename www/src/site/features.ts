/** The lesson of features.html: what its questions ask the model, and how its answer is judged. */
import { count, fixed, local, percent, score } from '../marks/numbers.ts';
import { visible } from '../marks/token-text.ts';
import { t } from '../words/words.ts';
import { teach } from './lesson/lesson.ts';

interface Step {
  /** The value that the feature is held at. */
  readonly scale: number;
  readonly loss: number;
  readonly effect: number;
  readonly randomControl: { readonly loss: number; readonly effect: number };
}

/** What the lesson reads of `exportData()`: losses in nats a token, effects as probabilities from 0 to 1. */
interface Data {
  readonly settings: { readonly position: number; readonly feature: number; readonly amount: number };
  readonly tokens: readonly { readonly text: string }[];
  readonly features: readonly { readonly token: number; readonly index: number }[];
  readonly card: {
    readonly index: number;
    readonly logitPositive: readonly { readonly text: string | null }[];
    /** Entries of the unit decoder row, the largest first. */
    readonly neurons: readonly { readonly index: number; readonly weight: number }[];
  };
  readonly metrics: { readonly l0OnThisText: number };
  readonly sae: { readonly features: number };
  readonly steering: {
    readonly divergence: { readonly after: number; readonly random: { readonly mean: number; readonly p95: number; readonly draws: number } };
    readonly damage: { readonly unsteered: Omit<Step, 'randomControl' | 'scale'>; readonly steps: readonly Step[] } | null;
  } | null;
}

const short = (value: number): string => local(Number(value.toPrecision(2)).toString());

function pushed({ steering }: Data): NonNullable<Data['steering']> {
  if (!steering) throw new Error(t`The push could not be measured here.`);
  return steering;
}

/** The step of the sweep that is nearest to the push, with the unsteered model. */
function measured(data: Data): { step: Step; unsteered: Omit<Step, 'randomControl' | 'scale'> } {
  const { damage } = pushed(data);
  const step = damage?.steps.reduce((a, b) => (Math.abs(b.scale - data.settings.amount) < Math.abs(a.scale - data.settings.amount) ? b : a));
  if (!damage || !step) throw new Error(t`The push could not be measured here.`);
  return { step, unsteered: damage.unsteered };
}

function tell(data: Data): string {
  const { card, tokens, settings, features, sae, steering } = data;
  const here = features.filter(({ token }) => token === settings.position).length;
  const promoted = card.logitPositive.slice(0, 3).map(({ text }) => `“${visible(text ?? '')}”`).join(', ');
  const fires = t`At “${visible(tokens[settings.position]?.text ?? '')}” ${here} of ${count(sae.features)} features fire. Feature ${card.index} promotes ${promoted}.`;
  if (!steering) return fires;
  const { after, random } = steering.divergence;
  return `${fires} ${t`Held at ${short(settings.amount)}, it moves the prediction by ${score(after)} nats, random directions by ${score(random.mean)} on average.`}`;
}

/** A probability that is so many times another is more. */
const MORE = 1.5;

teach<Data>({
  questions: {
    async sparse(ask) {
      const { metrics: { l0OnThisText: l0 }, sae } = await ask();
      return {
        answer: l0 < 40 ? 'few' : l0 < 300 ? 'some' : 'most',
        because: t`In this text ${fixed(l0, 1)} fire at a token, of ${count(sae.features)}: ${percent(l0 / sae.features)}.`,
      };
    },
    async neuron(ask) {
      const { card: { neurons, index } } = await ask();
      const share = (neurons[0]?.weight ?? 0) ** 2;
      return {
        answer: share > 0.5 ? 'one' : 'many',
        because: t`Neuron ${neurons[0]?.index ?? '–'} alone makes ${percent(share)} of the squared length of feature ${index}’s direction; the largest entry of a random direction makes about 4 %.`,
      };
    },
    async effect(ask) {
      const data = await ask();
      const { step, unsteered } = measured(data);
      const random = step.randomControl.effect;
      return {
        answer: step.effect > MORE * random ? 'more' : step.effect < random / MORE ? 'less' : 'same',
        because: t`The ten tokens that it promotes most get ${percent(step.effect)}; with a random direction ${percent(random)}, unsteered ${percent(unsteered.effect)}.`,
      };
    },
    async far(ask) {
      const { divergence: { after, random } } = pushed(await ask());
      return {
        answer: after > random.p95 ? 'far' : after > random.mean ? 'within' : 'less',
        because: t`It moves by ${score(after)} nats; ${random.draws} random directions of the same length by ${score(random.mean)} on average, 95 % of them by less than ${score(random.p95)}.`,
      };
    },
    async damage(ask) {
      const { step, unsteered } = measured(await ask());
      const harm = step.loss - unsteered.loss;
      return {
        answer: harm < 0.1 ? 'hardly' : harm < 0.5 ? 'some' : 'much',
        because: t`From ${score(unsteered.loss)} to ${score(step.loss)} nats a token; with a random direction ${score(step.randomControl.loss)}.`,
      };
    },
    async larger(ask) {
      const small = (await ask({ dictionary: 'x4' })).metrics.l0OnThisText;
      const large = (await ask()).metrics.l0OnThisText;
      return {
        answer: large > 2 * small ? 'more' : large < small / 2 ? 'fewer' : 'same',
        because: t`${fixed(large, 1)} a token, and ${fixed(small, 1)} with the smaller one.`,
      };
    },
  },
  tasks: {
    pick: ({ feature }) => feature !== undefined,
    push: ({ amount }) => amount !== undefined,
  },
  tell,
});
