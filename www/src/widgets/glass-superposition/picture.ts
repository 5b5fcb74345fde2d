/** The picture as a standalone SVG: no fonts, no scripts, no addresses from outside. */
import { css, hex, signedColour } from '../../marks/colour.ts';
import { count, local } from '../../marks/numbers.ts';
import { geometryName } from '../../marks/polytopes.ts';
import { escapeXml, moved, written, type Mark, type Scene } from '../../marks/scene.ts';
import type { Outcome } from '../../engine/superposition.d.ts';
import { t } from '../../words/words.ts';
import type { GlassSuperposition } from './element.ts';
import { digits, sentence } from './sentence.ts';
import { OUTCOME_NAMES } from './strings.ts';
import { outcomes, parameters, report, vectors, type Shot } from './view.ts';
import { drawing, usesMatrix } from './parts/geometry.ts';
import { hiddenScene, reconstruction } from './parts/hidden.ts';
import { lossCurve } from './parts/loss-curve.ts';
import { bars, graph } from './parts/matrix.ts';
import { OUTCOME_COLOURS, phaseRoom, phaseScene } from './parts/phase-plot.ts';
import { dimensionsPlot, featuresPlot } from './parts/sweep-plots.ts';

const WIDTH = 960;
const MARGIN = 32;

interface Part {
  readonly text: string;
  readonly height: number;
}

const at = (scene: Scene, x: number, y: number): string => moved(scene.marks, x, y);
const label = (x: number, y: number, text: string, size = 12): string => written([{ kind: 'words', at: [x, y], text, size, fill: 'soft' }]);

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

/** Cells as boxes, neighbours of one colour in a row joined. */
function pixels(size: number, colour: (row: number, column: number) => `#${string}`, x: number, y: number, side: number, rows = size): string {
  const cell = side / size;
  const marks: Mark[] = [];
  for (let row = 0; row < rows; row++) {
    for (let from = 0, column = 1; column <= size; column++) {
      if (column < size && colour(row, column) === colour(row, from)) continue;
      marks.push({ kind: 'box', at: [x + from * cell, y + row * cell], size: [(column - from) * cell + 0.2, cell + 0.2], fill: colour(row, from) });
      from = column;
    }
  }
  return written(marks);
}

function geometry(shot: Shot, el: GlassSuperposition): Part {
  const chosen = el.chosen;
  const curve = at(lossCurve(shot, chosen, 420, 230), 500, 0);
  const { instances } = shot.report;
  if (usesMatrix(shot)) {
    const { nFeatures: n, nHidden: m, tied } = shot.plan.settings;
    const gram = el.gram;
    if (!tied) {
      const { w } = parameters(shot, chosen);
      return { text: pixels(n, (row, column) => hex(signedColour(w[row * n + column] ?? 0)), 0, 0, 380, m) + curve, height: Math.max(300, (380 * m) / n) };
    }
    const instance = report(shot, chosen);
    const square = gram?.length === n * n ? pixels(n, (row, column) => hex(signedColour(gram[row * n + column] ?? 0)), 0, 0, 380) : '';
    const links = gram?.length === n * n ? graph(instance, gram, 420) : null;
    return { text: square + at(bars(instance, 80, 380), 392, 0) + curve + (links ? at(links, 500, 250) : ''), height: Math.max(400, 250 + (links?.height ?? 0)) };
  }
  const small = instances.length > 1 ? instances.map((instance, index) => {
    const [x, y] = [(index % 8) * 112, 470 + Math.floor(index / 8) * 140];
    return at(drawing(el, shot, index, 92, true), x, y) + wrap(geometryName(instance.geometry), 20).slice(0, 2).map((line, row) => label(x, y + 104 + row * 12, line, 10)).join('');
  }).join('') : '';
  const table = report(shot, chosen).norms.slice(0, 14).map((norm, feature) =>
    label(520, 268 + feature * 15, t`feature ${feature + 1}: length ${digits(norm)}, dimensionality ${digits(report(shot, chosen).dimensionality[feature])} (by chance ${digits(shot.controls.random.dimensionality.mean)})`)).join('');
  return { text: at(drawing(el, shot, chosen, 440, false), 0, 0) + curve + table + small, height: 470 + (small ? Math.ceil(instances.length / 8) * 140 : 0) };
}

function phase(shot: Shot): Part {
  const { grid } = shot.plan;
  if (!grid) return { text: '', height: 0 };
  const width = 560;
  const room = phaseRoom(width);
  const outcome = outcomes(shot);
  const painted = outcome ? pixels(grid.size, (row, column) => hex(OUTCOME_COLOURS[outcome[(grid.size - 1 - row) * grid.size + column] ?? 'dropped']), room.left, room.top, room.right - room.left) : '';
  const drawn = phaseScene(grid, shot.exact?.outcome ?? null, width);
  const legend = (Object.keys(OUTCOME_COLOURS) as Outcome[]).map((name, index) =>
    `<rect x="600" y="${20 + index * 26}" width="18" height="18" fill="${css(OUTCOME_COLOURS[name])}" stroke="#858d98"/>` + label(626, 34 + index * 26, OUTCOME_NAMES[name], 13)).join('') + label(600, 122, t`black line: where the best model changes`);
  return { text: painted + at(drawn, 0, 0) + legend, height: drawn.height };
}

function part(shot: Shot, el: GlassSuperposition): Part {
  const width = WIDTH - 2 * MARGIN;
  switch (shot.plan.view) {
    case 'geometry': return geometry(shot, el);
    case 'sweep': return { text: at(dimensionsPlot(shot, width, 280, el.chosen), 0, 0) + at(featuresPlot(shot, width, 360, el.chosen), 0, 300), height: 660 };
    case 'phase': return phase(shot);
    case 'interference': {
      const x = el.inputVector;
      const { effects } = el;
      const hidden = shot.plan.settings.nHidden <= 2 ? at(hiddenScene(vectors(shot, el.chosen), x, effects?.hidden ?? [], 380), 0, 0) : '';
      const back = effects ? at(reconstruction(x, [effects.before, effects.biased, effects.after], 460), 420, 20) : '';
      const costs = effects ? label(424, 260, t`expected cost with one feature on (like p): ${digits(effects.alternatingCost)}`) + label(424, 280, t`with two on (like p²): ${digits(effects.simultaneousCost)}`) : '';
      return { text: hidden + back + costs, height: 400 };
    }
  }
}

export function picture(shot: Shot, el: GlassSuperposition): string {
  const { plan, description } = shot;
  const { kind, selfCheck } = description.backend;
  const lines = wrap(sentence(shot, el.chosen), 130);
  const top = MARGIN + 34 + lines.length * 18;
  const drawn = part(shot, el);
  const height = top + drawn.height + 40;
  const { nFeatures: n, nHidden: m } = plan.settings;
  const [difference, allowed] = [local(selfCheck.maxAbsDiff.toExponential(1)), local(selfCheck.tolerance.toExponential(1))];
  const checked = selfCheck.ok ? t`self-check passed (${difference} of ${allowed})` : t`self-check failed (${difference} of ${allowed})`;
  const foot = `Glasshouse · ${plan.preset.name} · n ${n}, m ${m} · ${t`seed ${plan.seed}`} · ${t`step ${count(shot.step)}`} · ${kind}, ${checked}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(sentence(shot, el.chosen))}">
<style>text{font-family:system-ui,sans-serif}</style>
<rect width="100%" height="100%" fill="#fff"/>
${written([{ kind: 'words', at: [MARGIN, MARGIN + 8], text: plan.preset.name, size: 18, weight: 650 }])}
${lines.map((line, row) => label(MARGIN, MARGIN + 30 + row * 18, line)).join('\n')}
<g transform="translate(${MARGIN} ${top})">${drawn.text}</g>
${label(MARGIN, height - 14, foot)}
</svg>`;
}
