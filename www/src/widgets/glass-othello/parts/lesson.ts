import { html, nothing, type TemplateResult } from 'lit';
import { fixed } from '../../../marks/numbers.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { exampleEdit, rightCount, type View } from '../view.ts';
import { squareName } from '../settings.ts';

const SHOULD_SEE: readonly string[] = [
  t`The network reads nothing but moves such as f5 d6 c3. Yet a straight line through its later layers says of most squares whether they are empty, mine or theirs, and the longer it was trained, the more. From the embedding it cannot.`,
  t`Ask for black/white instead and more squares go grey and wrong, at every layer: the network keeps the board as the side to move sees it.`,
  t`The bag of moves (who played each square, the last move, the ply; no network) is right on most squares, because discs are often not turned. Only what lies above it was computed by the network.`,
  t`Change a square in the middle layers of a well-trained network, and its moves follow the changed board: new legal moves light up and lost ones go dark. A random direction of the same length does less, and in the last layers the change comes too late. Where the errors do not fall below those of random directions, the network does not use what the probe reads.`,
];

const NOT_SHOWN: readonly string[] = [
  t`A probe that reads a board does not prove that the network uses it. The changed belief is the better evidence, and it too can push the network where no game leads.`,
  t`The network learnt random legal games, not good play. Its expectations say what is legal, not what is wise.`,
  t`The read-outs are of one position. The chart over held-out games says how often they are right.`,
  t`Shades are the probe’s own probabilities; they are not calibrated against how often it is right.`,
];

const HOW: readonly string[] = [
  t`Layer 0 is the embedding; layer L is the residual stream after L blocks (blocks.{L−1}.hook_resid_post), at the last move. A probe is one linear softmax per square over three states, fitted on other games.`,
  t`A change adds, at the last position and the chosen layers, the unit vector from the probe’s direction of the old state to that of the new one (mine/theirs), times strength × the length of the residual stream there.`,
  t`Errors: the N likeliest squares against the N legal moves of the changed board; both kinds counted. Random directions have the same length; 95 % is their 95th percentile.`,
  t`Untrained: the same network before training, with probes of its own. Shuffled: probes fitted to the boards of other games.`,
];

interface Question {
  readonly name: string;
  readonly text: string;
  readonly choices: readonly string[];
  readonly answer: string | null;
  readonly detail: string;
}

const [FEW, MANY, MOST] = [t`fewer than 40`, t`40 to 57`, t`58 or more`] as const;
const [FEWER, ALIKE, MORE] = [t`fewer than with a random direction`, t`about as many`, t`more`] as const;

const few = (count: number): string => (count < 40 ? FEW : count < 58 ? MANY : MOST);

/** Questions that the network itself answers. */
function questions(view: View): Question[] {
  const mine = rightCount(view, 'model', 'mine-theirs', view.layer);
  const colours = rightCount(view, 'model', 'black-white', view.layer);
  const untrained = rightCount(view, 'untrained', 'mine-theirs', view.layer);
  const bag = rightCount(view, 'bag', 'mine-theirs', view.layer);
  const found = view.report?.intervention;
  const square = view.edits[0]?.square ?? exampleEdit(view);
  const random = found?.control.randomDirection.mean ?? 0;
  return [
    {
      name: 'colours', text: t`Layer ${view.layer} gives ${mine ?? '–'} of 64 squares in mine/theirs. Ask the same numbers for black/white: how many are right?`,
      choices: [FEW, MANY, MOST], answer: colours === null ? null : few(colours), detail: t`${colours} of 64`,
    },
    {
      name: 'free', text: t`An untrained network has the same shape and reads the same moves. How many squares can a probe read from it?`,
      choices: [FEW, MANY, MOST], answer: untrained === null ? null : few(untrained), detail: t`${untrained} of 64, and ${bag ?? '–'} from the bag of moves without any network`,
    },
    {
      name: 'belief', text: square === null ? '' : view.edits.length > 0 ? t`The belief is changed: which errors against the changed board are left?`
        : t`Flip ${squareName(square)} inside the network: which errors against the changed board are left?`,
      choices: [FEWER, ALIKE, MORE],
      answer: !found ? null : found.after.errors < random - 0.5 ? FEWER : found.after.errors > random + 0.5 ? MORE : ALIKE,
      detail: found ? t`${found.after.errors} after the change, ${fixed(random, 1)} with random directions, ${found.before.errors} unchanged` : '',
    },
  ].filter(({ text }) => text !== '');
}

function predict(el: GlassOthello, view: View): TemplateResult {
  return html`<h3>${t`Predict, then reveal`}</h3>${questions(view).map(({ name, text, choices, answer, detail }) => {
    const guess = el.guesses.get(name);
    return html`<div class="predict"><p>${text}</p>
      <div class="row">${choices.map((choice) => html`<button type="button" aria-pressed=${guess === choice} @click=${() => el.predict(name, choice)}>${choice}</button>`)}</div>
      <p class="small reveal" aria-live="polite">${guess !== undefined && answer !== null ? say`You said: ${guess}. It is ${html`<b>${answer}</b>`}: ${detail}.` : nothing}</p></div>`;
  })}`;
}

const list = (title: string, items: readonly string[]): TemplateResult =>
  html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;

export const lesson = (el: GlassOthello): TemplateResult => html`<section class="part lesson" aria-label=${t`Lesson`}>
  ${el.view?.report?.moves && el.view.probes && el.showsPart('controls') ? predict(el, el.view) : nothing}
  ${list(t`What you should see`, SHOULD_SEE)} ${list(t`What this does not show`, NOT_SHOWN)} ${list(t`How the numbers are made`, HOW)}
</section>`;
