/** The lesson of induction.html: what its questions ask the model, and how the model's answer is judged. */
import { percent, signed } from '../marks/numbers.ts';
import { visible } from '../marks/token-text.ts';
import { t } from '../words/words.ts';
import { teach } from './lesson/lesson.ts';

interface Head {
  readonly layer: number;
  readonly head: number;
  readonly induction: number;
  readonly ablated: { readonly induction: number } | null;
}

interface Next {
  readonly token: string | null;
  readonly prob: number;
}

/** What the lesson reads of `exportData()`: probabilities from 0 to 1, log-probabilities in nats. */
interface Data {
  readonly tokens: readonly { readonly text: string }[];
  readonly heads: readonly Head[];
  readonly top: readonly Next[];
  readonly position: number;
  readonly ablated: readonly { readonly layer: number; readonly head: number }[];
  readonly ablationControl: { readonly ablated: Data['ablated'] } | null;
  readonly effect: { readonly before: number; readonly after: number; readonly control: number | null } | null;
  readonly meanLogProb: Record<'baseline' | 'twin', { readonly repeated: number | null; readonly other: number | null } | null>;
  readonly highestPossible: { readonly induction: number };
  /** Of the shown head, `[query][key]`. */
  readonly attention: { readonly layer: number; readonly head: number; readonly data: readonly (readonly number[])[] };
  readonly settings: { readonly head: number | null };
}

/** Half a nat is a factor of about 1.6 in the typical probability. */
const MUCH_NATS = 0.5;

const names = (heads: Data['ablated']): string => heads.map(({ layer, head }) => `${layer}.${head}`).join(` ${t`and`} `);

/** What switching off did to repeated tokens, in nats. */
const change = ({ effect }: Data): number => (effect ? effect.after - effect.before : 0);

const control = ({ effect, ablationControl }: Data): string =>
  effect?.control !== null && effect?.control !== undefined && ablationControl
    ? ` ${t`Control, ${names(ablationControl.ablated)} instead: ${signed(effect.control - effect.before)}.`}` : '';

const cost = (data: Data): string => t`Without ${names(data.ablated)}, repeated tokens change by ${signed(change(data))} nats.` + control(data);

const quoted = ({ tokens }: Data, at: number): string => `“${visible(tokens[at]?.text ?? '')}”`;

function strongest(row: readonly number[]): [key: number, share: number] {
  const share = Math.max(...row);
  return [row.indexOf(share), share];
}

function tell(data: Data): string {
  if (data.ablated.length > 0 && data.effect) return cost(data);
  const { layer, head, data: rows } = data.attention;
  const here = quoted(data, data.position);
  if (data.settings.head !== null) {
    const [key, share] = strongest(rows[data.position] ?? []);
    return t`From ${here} head ${layer}.${head} looks most at ${quoted(data, key)} (${percent(share)}).`;
  }
  const [best] = data.top;
  return best ? t`After ${here} the model expects “${visible(best.token ?? '')}” (${percent(best.prob)}).` : '';
}

teach<Data>({
  questions: {
    async twin(ask) {
      const { meanLogProb: { baseline, twin } } = await ask();
      const gain = (fit: typeof twin) => (fit?.repeated ?? 0) - (fit?.other ?? 0);
      const [two, one] = [gain(baseline), gain(twin)];
      return {
        answer: one < MUCH_NATS ? 'no' : one < two / 2 ? 'less' : 'same',
        because: t`On repeated tokens two layers do ${signed(two)} nats better than on the others, one layer ${signed(one)}.`,
      };
    },
    async previous(ask) {
      const data = await ask();
      const { tokens } = data;
      const last = tokens.length - 1;
      const [at, share] = strongest(data.attention.data[last] ?? []);
      const earlier = at < last && tokens[at]?.text === tokens[last]?.text;
      return {
        answer: at === last ? 'itself' : at === last - 1 ? 'before' : earlier ? 'earlier' : 'elsewhere',
        because: `${t`${percent(share)} of its attention goes to ${quoted(data, at)}, token ${at} of ${last}.`} ${t`Spread evenly, each would get ${percent(1 / tokens.length)}.`}`,
      };
    },
    async note(ask) {
      const { heads, highestPossible } = await ask();
      const best = heads.filter(({ layer }) => layer > 0).reduce((a, b) => (b.induction > a.induction ? b : a));
      const left = best.ablated?.induction ?? best.induction;
      return {
        answer: left < best.induction / 2 ? 'lost' : 'there',
        because: t`Of all its attention ${percent(highestPossible.induction)} could fall there in this text. Of head ${best.layer}.${best.head}’s ${percent(best.induction)} did; without head 0.3 it is ${percent(left)}.`,
      };
    },
    async ablate(ask) {
      const data = await ask();
      const nats = change(data);
      return { answer: nats < -MUCH_NATS ? 'less' : nats > MUCH_NATS ? 'more' : 'same', because: cost(data) };
    },
    async single(ask) {
      const first = change(await ask({ ablate: '0.3:zero' }));
      const data = await ask();
      const nats = change(data);
      return { answer: nats > -0.1 ? 'nothing' : nats < first / 2 ? 'as much' : 'less', because: `${cost(data)} ${t`Without 0.3 it was ${signed(first)}.`}` };
    },
    async zero(ask) {
      const zero = change(await ask());
      const mean = change(await ask({ ablate: '0.1:mean' }));
      const [a, b] = [zero < -MUCH_NATS, mean < -MUCH_NATS];
      return { answer: a !== b ? 'disagree' : a ? 'both' : 'neither', because: t`Zero: ${signed(zero)} nats. Its mean over ordinary text: ${signed(mean)} nats.` };
    },
  },
  tasks: {
    layer: ({ layer }) => layer === '1',
    seed: ({ seed, ablate }) => seed !== '1' && Boolean(ablate),
  },
  tell,
});
