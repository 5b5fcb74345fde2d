/** The lesson of superposition.html: what its questions ask the models, and how their answer is judged. */
import { count, local, percent, stepCount } from '../marks/numbers.ts';
import { geometryName } from '../marks/polytopes.ts';
import { t } from '../words/words.ts';
import { teach, type Ask } from './lesson/lesson.ts';

interface Instance {
  readonly density: number;
  readonly loss: number | null;
  readonly represented: number;
  readonly geometry: string;
  readonly dimensionality: readonly number[];
  readonly dimensionsPerFeature: number | null;
}

/** What the lesson reads of `exportData()`: losses weighted by importance, mean over samples and features. */
interface Data {
  readonly settings: { readonly view: string; readonly n: number; readonly m: number; readonly steps: number };
  readonly step: number;
  readonly instances: readonly Instance[];
  readonly chosenInstance: number;
  readonly tally: readonly { readonly geometry: string; readonly count: number }[];
  readonly control: {
    readonly random: { readonly dimensionality: { readonly mean: number; readonly p95: number } };
    readonly linear: { readonly models: readonly { readonly loss: number }[] } | null;
  };
  readonly interference?: { readonly input: readonly number[]; readonly after: readonly number[] };
  readonly agreement?: number | null;
}

/** As many digits as a reader can use. */
const short = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : local(Number(value.toPrecision(2)).toString()));

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const reached = ({ tally, instances }: Data): string =>
  instances.length < 2 ? '' : t`Of ${instances.length} seeds: ${tally.map((shape) => `${shape.count} × ${geometryName(shape.geometry)}`).join(', ')}.`;

/** The models, once they are trained as far as the question asks. */
async function trained(ask: Ask<Data>): Promise<Data> {
  const data = await ask();
  if (data.step < data.settings.steps) throw new Error(t`The models were stopped at step ${count(data.step)}. Let them train, and guess again.`);
  return data;
}

async function stored(ask: Ask<Data>): Promise<{ answer: string; because: string }> {
  const data = await trained(ask);
  return { answer: String(median(data.instances.map(({ represented }) => represented))), because: reached(data) };
}

/** The median of D* where features are rarest. */
function rarest({ instances }: Data): { density: number; cost: number } {
  const density = Math.min(...instances.map((instance) => instance.density));
  const there = instances.filter((instance) => instance.density === density).map((instance) => instance.dimensionsPerFeature ?? Number.NaN);
  return { density, cost: median(there.filter(Number.isFinite)) };
}

/** How far what comes out is from what went in, summed over the features. */
const error = ({ interference: found }: Data): number => (found ? found.input.reduce((sum, value, at) => sum + Math.abs(value - (found.after[at] ?? 0)), 0) : 0);

/** A sum of errors below this is no harm, and one so many times as large is more harm. */
const HARMLESS = 0.1;
const HARM = 1.5;

const comesBack = ({ interference: found }: Data): string =>
  (found ? found.input.map((value, at) => (value === 0 ? t`${at + 1} (off) as ${short(found.after[at])}` : t`${at + 1} as ${short(found.after[at])}`)).join(', ') : '');

function tell(data: Data): string {
  const { settings, instances, chosenInstance, control } = data;
  const one = instances[chosenInstance];
  switch (settings.view) {
    case 'sweep': {
      const { density, cost } = rarest(data);
      return t`Where a feature is on in one sample of ${short(1 / density)}, a stored one costs ${short(cost)} of a dimension.`;
    }
    case 'phase': return data.agreement === null || data.agreement === undefined ? '' : t`${percent(data.agreement)} of the cells away from the border end where the best possible model does.`;
    case 'interference': return t`Features come back so: ${comesBack(data)}.`;
    default: {
      if (!one) return '';
      const linear = control.linear?.models[0]?.loss;
      const [steps, model, shape, loss] = [stepCount(data.step), chosenInstance + 1, geometryName(one.geometry), short(one.loss)];
      return `${linear === undefined
        ? t`After ${steps} model ${model} has ${shape}; its loss is ${loss}.`
        : t`After ${steps} model ${model} has ${shape}; its loss is ${loss}, that of the best linear model ${short(linear)}.`} ${reached(data)}`;
    }
  }
}

teach<Data>({
  questions: {
    dense: stored,
    rare: stored,
    async together(ask) {
      const alone = await ask({ on: '1' });
      const both = await ask();
      return {
        answer: error(both) < HARMLESS ? 'fine' : error(both) > HARM * error(alone) ? 'spoilt' : 'same',
        because: t`Feature 1 alone comes back as ${short(alone.interference?.after[0])}. With both on: ${comesBack(both)}.`,
      };
    },
    async cost(ask) {
      const data = await trained(ask);
      const { density, cost } = rarest(data);
      const { n, m } = data.settings;
      return {
        answer: cost >= 0.75 ? 'whole' : cost >= 0.42 ? 'half' : 'less',
        because: `${t`D* is ${short(cost)} where a feature is on in one sample of ${short(1 / density)}.`} ${t`Arrows of length 1 in random directions would have ${short(m / n)}, a model without the ReLU 1.`}`,
      };
    },
    async seeds(ask) {
      const data = await trained(ask);
      const pentagons = data.tally.find(({ geometry }) => geometry === 'pentagon')?.count ?? 0;
      return { answer: pentagons === data.instances.length ? 'all' : pentagons >= data.instances.length / 2 ? 'most' : 'few', because: reached(data) };
    },
    async chance(ask) {
      const { instances, chosenInstance, control: { random: { dimensionality: { mean, p95 } } } } = await trained(ask);
      const own = median(instances[chosenInstance]?.dimensionality ?? []);
      return {
        answer: own > p95 ? 'far' : own > mean ? 'little' : 'below',
        because: t`The middle feature has ${short(own)}; random directions have ${short(mean)} on average, 95 % of them below ${short(p95)}.`,
      };
    },
  },
  tasks: {
    on: ({ view, on }) => view === 'interference' && /^[345]/.test(on ?? ''),
    seed: ({ seed, view }) => view === 'geometry' && seed !== undefined && seed !== '1',
  },
  tell,
});
