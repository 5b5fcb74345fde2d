/** The picture as a standalone SVG: no fonts, no scripts, no addresses from outside. */
import { hex, inkOn, viridis } from '../../marks/colour.ts';
import { local, percent, signed } from '../../marks/numbers.ts';
import { escapeXml, moved, written, type Ink, type Mark } from '../../marks/scene.ts';
import { shorten, tokenLabel, visible } from '../../marks/token-text.ts';
import { t } from '../../words/words.ts';
import { activationScene } from './parts/card.ts';
import { damageScene, effectScene } from './parts/touch.ts';
import { short } from './sentence.ts';
import { activeAt, maximumOf, overText, type More, type View } from './view.ts';
import { wholePicture } from './whole-picture.ts';

const [WIDTH, MARGIN, LETTER] = [1120, 28, 7.6] as const;

const words = (x: number, y: number, text: string, size = 12, weight = 400, fill: Ink = 'ink'): Mark => ({ kind: 'words', at: [x, y], text, size, weight, fill });

function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Tokens in lines, coloured by the feature, with the strongest features beneath. */
function strip(view: View, top: number): { marks: Mark[]; bottom: number } {
  const maximum = maximumOf(view.firing, view, view.feature) || 1;
  const marks: Mark[] = [];
  let [x, y] = [MARGIN, top];
  overText(view, view.feature).forEach((value, position) => {
    const label = shorten(tokenLabel(view.tokens, position), 20);
    const width = Math.max(28, 8 + label.length * LETTER);
    if (x + width > WIDTH - MARGIN) [x, y] = [MARGIN, y + 54];
    const rgb = value > 0 ? viridis(Math.min(1, value / maximum)) : null;
    marks.push(
      { kind: 'box', at: [x, y], size: [width, 19], round: 3, ...(rgb ? { fill: hex(rgb) } : { stroke: position === view.position ? 'accent' : 'line' }) },
      words(x + 4, y + 14, label, 12, 400, rgb ? (inkOn(rgb) === '#fff' ? '#ffffff' : '#000000') : 'ink'),
      ...activeAt(view, position).slice(0, 2).map(({ index }, rank) => words(x + 4, y + 31 + 12 * rank, String(index), 10, index === view.feature ? 700 : 400, 'soft')),
    );
    x += width + 3;
  });
  return { marks, bottom: y + 54 };
}

export function wholeImage(view: View, more: More, origin: string): string {
  const caption = wholePicture(view, more);
  let y = MARGIN + 6;
  const parts = wrap(caption, 150).map((line) => written([words(MARGIN, (y += 18), line, 13)]));
  const drawn = strip(view, y + 20);
  parts.push(written(drawn.marks));
  y = drawn.bottom + 24;
  const column = (x: number, title: string, lines: readonly string[]) => written([words(x, y, title, 13, 650), ...lines.map((line, at) => words(x, y + 20 + 17 * at, line))]);
  const passages = (view.firing?.passages ?? []).slice(0, 6).map(({ ids, peak, activation }) =>
    `${short(activation)}  ${visible(ids.slice(Math.max(0, peak - 6), peak + 5).map((id) => view.texts.get(id) ?? '').join(''))}`);
  parts.push(
    column(MARGIN, t`Feature ${view.feature}: strongest passages (precomputed)`, passages.map((line) => shorten(line, 70))),
    column(620, t`Promotes, per unit`, view.card.promoted.slice(0, 8).map(({ text, logit }) => `${visible(text ?? '')}  ${signed(logit)}`)),
    column(860, t`Suppresses, per unit`, view.card.suppressed.slice(0, 8).map(({ text, logit }) => `${visible(text ?? '')}  ${signed(logit)}`)),
  );
  y += 180;
  const { steering } = more;
  if (steering) {
    const lists = [[t`As it is`, steering.before], [t`Feature pushed`, steering.after], [t`Random direction`, steering.randomControl]] as const;
    lists.forEach(([title, { top, continuation }], at) => parts.push(column(MARGIN + at * 360, title, [
      ...top.slice(0, 5).map(({ text, prob }) => `${visible(text ?? '')}  ${percent(prob)}`), ...wrap(`…${visible(continuation.map(({ text }) => text ?? '').join(''))}`.replaceAll('␣', ' '), 48),
    ])));
    y += 200;
  }
  let x = MARGIN;
  for (const [title, chart] of [[t`Activations (precomputed, log)`, view.firing && activationScene(view.firing, 340, null)], [t`Effect`, effectScene(view, more, 340)], [t`Damage`, damageScene(view, more, 340)]] as const) {
    if (!chart) continue;
    parts.push(written([words(x, y, title, 13, 650)]), moved(chart.marks, x, y + 10));
    x += 360;
  }
  y += x > MARGIN ? 280 : 0;
  const { kind, selfCheck: { ok, maxAbsDiff, tolerance } } = view.backend;
  const [difference, allowed] = [local(maxAbsDiff.toExponential(1)), local(tolerance.toExponential(1))];
  const check = ok ? t`self-check passed (${difference} of ${allowed})` : t`self-check failed (${difference} of ${allowed})`;
  parts.push(written([words(MARGIN, y, `Glasshouse · ${origin} · ${kind}, ${check}`, 11)]));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + MARGIN}" viewBox="0 0 ${WIDTH} ${y + MARGIN}" role="img" aria-label="${escapeXml(caption)}" font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>${parts.join('\n')}</svg>`;
}
