/** The picture as a standalone SVG: no fonts, no scripts, no addresses from outside. */
import { hex, inkOn, viridis } from '../../marks/colour.ts';
import { local, percent } from '../../marks/numbers.ts';
import { shorten, tokenCount, tokenLabel, visible } from '../../marks/token-text.ts';
import { labelStep } from '../../marks/heatmap.ts';
import { t } from '../../words/words.ts';
import { namedHead, wholePicture } from './sentence.ts';
import { headName, type HeadName } from './settings.ts';
import { words } from './strings.ts';
import { attention, names, type View } from './view.ts';

const WIDTH = 960;
const MARGIN = 32;
const CHARACTER = 7.3;
const LINE = 24;
const SIDE = 480;

const escape = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const write = (x: number, y: number, text: string, more = ''): string => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(text)}</text>`;

/** Words of a sentence in lines of at most `length` characters. */
function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Coloured tokens from `y` on, and where they end. */
function strip(view: View, name: string, probs: readonly (number | null)[], top: number): { marks: string; bottom: number } {
  let [x, y] = [MARGIN + 110, top];
  const marks = [write(MARGIN, y + 16, name, 'font-weight="600"')];
  view.tokens.forEach((_, index) => {
    const label = tokenLabel(view.tokens, index);
    const width = [...label].length * CHARACTER + 6;
    if (x + width > WIDTH - MARGIN) [x, y] = [MARGIN + 110, y + LINE];
    const given = index === 0 ? null : (probs[index - 1] ?? null);
    const rgb = given === null ? null : viridis(given);
    marks.push(
      `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="21" rx="3" fill="${rgb ? hex(rgb) : 'none'}" stroke="${rgb ? 'none' : '#858d98'}"/>`,
      write(x + 3, y + 15, label, `class="m" style="fill:${rgb ? inkOn(rgb) : '#555c66'}"`),
    );
    x += width + 2;
  });
  return { marks: marks.join(''), bottom: y + LINE + 10 };
}

/** A gradient drawn as steps. */
function scale(x: number, y: number, name: string): string {
  const steps = Array.from({ length: 32 }, (_, i) => `<rect x="${x + i * 4}" y="${y - 10}" width="4.2" height="11" fill="${hex(viridis(i / 31))}"/>`);
  return write(x - 8, y, `${name}  0`, 'text-anchor="end" class="s"') + steps.join('') + write(x + 134, y, '1', 'class="s"');
}

function pattern(view: View, shown: HeadName, left: number, top: number): string {
  const count = view.ids.length;
  const size = SIDE / count;
  const step = labelStep(count, SIDE);
  const marks: string[] = [];
  for (let query = 0; query < count; query++) {
    // One dark bar for the row, and on it only the cells that can be told from zero.
    marks.push(`<rect x="${left}" y="${(top + query * size).toFixed(2)}" width="${((query + 1) * size).toFixed(2)}" height="${(size + 0.05).toFixed(2)}" fill="${hex(viridis(0))}"/>`);
    for (let key = 0; key <= query; key++) {
      const value = attention(view, shown, query, key);
      if (value < 1 / 255) continue;
      marks.push(`<rect x="${(left + key * size).toFixed(2)}" y="${(top + query * size).toFixed(2)}" width="${size.toFixed(2)}" height="${size.toFixed(2)}" fill="${hex(viridis(value))}"/>`);
    }
    if (query % step !== 0) continue;
    const [label, middle] = [shorten(tokenLabel(view.tokens, query), 11), (query + 0.5) * size];
    marks.push(write(left - 6, top + middle + 3.5, label, 'text-anchor="end" class="m t"'));
    marks.push(`<g transform="translate(${(left + middle + 3.5).toFixed(1)} ${top - 6}) rotate(-60)">${write(0, 0, label, 'class="m t"')}</g>`);
  }
  marks.push(`<g transform="translate(${left - 92} ${top + SIDE / 2}) rotate(-90)">${write(0, 0, `${words.queryAxis} →`, 'text-anchor="middle" class="s"')}</g>`);
  marks.push(write(left + SIDE / 2, top - 82, `${words.keyAxis} →`, 'text-anchor="middle" class="s"'));
  return marks.join('');
}

function predictions(view: View, left: number, top: number): string {
  const { report, ablations, tokens } = view;
  const named = names(view);
  const { position, baseline, ablated, twin } = report.top;
  const lists = [[named.own, baseline], [t`without ${ablations.map(headName).join(', ')}`, ablated], [named.twin, twin]] as const;
  let y = top;
  const marks = [write(left, y, t`What comes after ${tokenLabel(tokens, position)}?`, 'font-weight="600"')];
  for (const [name, list] of lists) {
    if (!list) continue;
    y += 30;
    marks.push(write(left, y, name, 'class="s"'));
    for (const { id, text, prob } of list.slice(0, 5)) {
      y += 19;
      marks.push(write(left, y, shorten(visible(text ?? `#${id}`), 14), 'class="m"'));
      marks.push(`<rect x="${left + 112}" y="${y - 9}" width="${(120 * prob).toFixed(1)}" height="10" fill="#0a56a8"/>`, write(left + 240, y, percent(prob), 'class="s"'));
    }
  }
  return marks.join('');
}

/** @param origin model and seed, for the line below the picture */
export function picture(view: View, shown: HeadName, origin: string): string {
  const { report, ablations } = view;
  let y = MARGIN + 8;
  const parts: string[] = [write(MARGIN, y, `${namedHead(view, shown)}, ${tokenCount(view.ids.length)}`, 'font-size="18" font-weight="650"')];
  for (const line of wrap(wholePicture(view, shown), 128)) parts.push(write(MARGIN, (y += 20), line, 'class="s"'));
  parts.push(scale(WIDTH - MARGIN - 150, (y += 34), words.probabilityScale));
  y += 12;
  const named = names(view);
  const strips = [[named.own, report.nextTokenProb], [t`without ${ablations.map(headName).join(', ')}`, report.ablatedNextTokenProb], [named.twin, report.twinNextTokenProb]] as const;
  for (const [name, probs] of strips) {
    if (!probs) continue;
    const drawn = strip(view, shorten(name, 15), probs, y);
    parts.push(drawn.marks);
    y = drawn.bottom;
  }
  y += 108;
  parts.push(scale(MARGIN + 100 + SIDE - 150, y - 98, words.attentionScale));
  parts.push(pattern(view, shown, MARGIN + 100, y), predictions(view, MARGIN + 100 + SIDE + 40, y));
  y += SIDE + 34;
  const { kind, selfCheck } = report.backend;
  const [difference, allowed] = [local(selfCheck.maxAbsDiff.toExponential(1)), local(selfCheck.tolerance.toExponential(1))];
  const checked = selfCheck.ok ? t`self-check passed (${difference} of ${allowed})` : t`self-check failed (${difference} of ${allowed})`;
  parts.push(write(MARGIN, y, `Glasshouse · ${origin} · ${kind}, ${checked}`, 'class="s"'));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + MARGIN}" viewBox="0 0 ${WIDTH} ${y + MARGIN}" role="img" aria-label="${escape(wholePicture(view, shown))}">
<style>text{font:13px system-ui,sans-serif;fill:#1b1e23}.s{font-size:12px;fill:#555c66}.m{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px}.t{font-size:10px}</style>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>`;
}
