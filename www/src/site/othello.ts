/** The lesson of othello.html: what its questions ask the network, and how its answer is judged. */
import { fixed, percent } from '../marks/numbers.ts';
import { t } from '../words/words.ts';
import { teach } from './lesson/lesson.ts';

interface Right {
  readonly layer: number;
  readonly frame: string;
  readonly model: number | null;
  readonly control: { readonly untrained: number | null; readonly bagOfMoves: number | null };
}

interface Errors {
  readonly errors: number;
}

/** What the lesson reads of `exportData()`: shares from 0 to 1, errors and what is read right in squares. */
interface Data {
  readonly layer: number;
  readonly frame: string;
  readonly legal: readonly string[];
  readonly legalMass: number | null;
  readonly untrained: { readonly legalMass: number } | null;
  readonly squaresRight: readonly Right[];
  readonly intervention: {
    readonly edits: readonly { readonly square: string; readonly how: string }[];
    readonly newlyLegal: readonly string[];
    readonly newlyIllegal: readonly string[];
    readonly before: Errors;
    readonly after: Errors;
    readonly control: { readonly randomDirection: { readonly mean: number }; readonly unrelatedSquare: Errors | null };
    readonly sweep: readonly { readonly layer: number; readonly errors: number }[] | null;
  } | null;
}

const NOTHING_READ = t`There is nothing to read here: this position has no probes.`;

/** What `exportData()` calls the frames, in words. */
const FRAMES: Readonly<Record<string, string>> = { 'mine-theirs': t`mine/theirs`, 'black-white': t`black/white` };

function right({ squaresRight }: Data, layer: number, frame = 'mine-theirs'): Right {
  const found = squaresRight.find((row) => row.layer === layer && row.frame === frame);
  if (!found) throw new Error(NOTHING_READ);
  return found;
}

const of64 = (squares: number | null): string => t`${squares ?? '–'} of 64`;

function read(data: Data): string {
  const { layer, frame, model, control } = right(data, data.layer, data.frame);
  return t`Layer ${layer}, ${FRAMES[frame] ?? frame}: ${of64(model)} squares read right; ${of64(control.untrained)} from the untrained twin, ${of64(control.bagOfMoves)} from the bag of moves.`;
}

function changed({ intervention }: Data): string {
  if (!intervention) return '';
  const { before, after, control: { randomDirection, unrelatedSquare } } = intervention;
  const random = fixed(randomDirection.mean, 1);
  return unrelatedSquare
    ? t`Errors against the changed board: ${after.errors} (${before.errors} unchanged; ${random} with random directions, ${unrelatedSquare.errors} with another square changed).`
    : t`Errors against the changed board: ${after.errors} (${before.errors} unchanged; ${random} with random directions).`;
}

/** Fewer errors than chance by more than this count as fewer. */
const CLEARLY = 0.5;

teach<Data>({
  questions: {
    async legal(ask) {
      const { legal, legalMass, untrained } = await ask();
      const share = legalMass ?? 0;
      return {
        answer: share > 0.9 ? 'most' : share > 0.5 ? 'half' : 'little',
        because: t`${percent(legalMass)} falls on the ${legal.length} legal squares; of the untrained twin’s ${percent(untrained?.legalMass)}.`,
      };
    },
    async layers(ask) {
      const data = await ask();
      const best = data.squaresRight.filter(({ frame }) => frame === 'mine-theirs').reduce((a, b) => ((b.model ?? 0) > (a.model ?? 0) ? b : a));
      const first = right(data, 0);
      return {
        answer: (best.model ?? 0) - (first.model ?? 0) >= 6 ? 'fewer' : 'same',
        because: t`From the embedding ${of64(first.model)}, from layer ${best.layer} ${of64(best.model)}.`,
      };
    },
    async colours(ask) {
      const data = await ask();
      const [owners, colours] = [right(data, data.layer), right(data, data.layer, 'black-white')];
      const [a, b] = [owners.model ?? 0, colours.model ?? 0];
      return { answer: b >= a - 1 ? 'same' : b >= a - 5 ? 'few' : 'many', because: t`Layer ${data.layer}: ${of64(a)} as mine/theirs, ${of64(b)} as black/white.` };
    },
    async bag(ask) {
      const data = await ask();
      const { model, control: { bagOfMoves, untrained } } = right(data, data.layer);
      const [a, b] = [model ?? 0, bagOfMoves ?? 0];
      return {
        answer: a > b ? 'network' : a < b ? 'bag' : 'equal',
        because: t`The network at layer ${data.layer}: ${of64(a)}; the bag of moves: ${of64(b)}; the same probe on the untrained twin: ${of64(untrained)}.`,
      };
    },
    async belief(ask) {
      const data = await ask();
      const found = data.intervention;
      if (!found) throw new Error(t`This network cannot be changed here: it has no probes.`);
      const random = found.control.randomDirection.mean;
      return { answer: found.after.errors < random - CLEARLY ? 'fewer' : found.after.errors > random + CLEARLY ? 'more' : 'same', because: changed(data) };
    },
    async late(ask) {
      const { intervention } = await ask();
      const sweep = intervention?.sweep;
      const last = sweep?.at(-1);
      if (!sweep || !last) throw new Error(t`This network has no layers to compare.`);
      const best = sweep.reduce((a, b) => (b.errors < a.errors ? b : a));
      return {
        answer: last.errors > best.errors ? 'more' : 'same',
        because: t`Errors left at layer ${best.layer} alone: ${best.errors}, at layer ${last.layer} alone: ${last.errors}.`,
      };
    },
  },
  tasks: {
    play: ({ transcript }) => transcript !== undefined && !document.querySelector(`article a[href*="transcript=${transcript}&"]`),
    layer: ({ layer }) => layer !== undefined,
    disc: ({ edits }) => edits !== undefined && edits !== '' && edits !== 'd3:flip',
  },
  tell: (data) => (data.intervention ? changed(data) : data.squaresRight.length > 0 ? read(data) : ''),
});
