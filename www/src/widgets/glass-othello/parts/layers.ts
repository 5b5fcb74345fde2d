/** How well each layer knows the board: this position, computed now, and held-out games, from the folder. */
import { html, nothing, type TemplateResult } from 'lit';
import { tableView } from '../../../base/table-view.ts';
import { lineChart, type Line } from '../../../marks/line-chart.ts';
import { count, fixed } from '../../../marks/numbers.ts';
import { scene, type Scene } from '../../../marks/scene.ts';
import { say, t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { accuracyTable, layerTable } from '../tables.ts';
import { rightCount, type View } from '../view.ts';

const INKS = ['#2f75c4', '#d0570b', '#8a67d1', '#0f9170', '#7d828a', '#c0508f', '#a57a00'] as const;

const chart = (layers: readonly number[], name: string, least: number, lines: readonly Line[], at: number, width: number): Scene => lineChart({
  x: { name: t`layer`, from: layers[0] ?? 0, to: Math.max(1, layers.at(-1) ?? 1), ticks: layers },
  y: { name, from: least, to: 1, ticks: [0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1].filter((tick) => tick >= least), label: (value) => `${Math.round(value * 100)} %` },
  lines, at, width, height: 210,
});

/** Whether the lines need the lower half, too. */
const floor = (lines: readonly Line[]): number => (lines.some(({ points }) => points.some(([, value]) => value < 0.5)) ? 0 : 0.5);

/** Squares read right on this very position. */
export function positionScene(view: View, width: number): Scene {
  const layers = view.probes?.layers ?? [];
  const line = (name: string, ink: number, source: 'model' | 'untrained' | 'bag', frame: View['frame'], dash?: string): Line => ({
    name, stroke: INKS[ink] ?? INKS[0], ...(dash && { dash }), points: layers.map((layer) => [layer, (rightCount(view, source, frame, layer) ?? Number.NaN) / 64]),
  });
  const lines = [
    line(t`mine/theirs`, 0, 'model', 'mine-theirs'),
    line(t`black/white`, 1, 'model', 'black-white'),
    line(t`untrained`, 2, 'untrained', view.frame, '6 4'),
    line(t`bag of moves`, 3, 'bag', view.frame, '2 3'),
  ];
  return chart(layers, t`squares right`, floor(lines), lines, view.layer, width);
}

/** Accuracy on held-out games; controls in the frame that is chosen. */
export function accuracyScene(view: View, width: number): Scene | null {
  const rows = view.probes?.accuracy?.rows ?? [];
  if (rows.length === 0) return null;
  const layers = [...new Set(rows.map(({ layer }) => layer))].sort((a, b) => a - b);
  const of = (frame: View['frame'], value: (row: (typeof rows)[number]) => number | null): Line['points'] =>
    layers.map((layer) => {
      const row = rows.find((candidate) => candidate.layer === layer && candidate.frame === frame);
      return [layer, (row && value(row)) ?? Number.NaN];
    });
  const { frame } = view;
  const lines: Line[] = [
    { name: t`mine/theirs`, stroke: INKS[0], points: of('mine-theirs', ({ all }) => all) },
    { name: t`black/white`, stroke: INKS[1], points: of('black-white', ({ all }) => all) },
    { name: t`untrained`, stroke: INKS[2], dash: '6 4', points: of(frame, ({ control }) => control.untrained.all) },
    { name: t`bag of moves`, stroke: INKS[3], dash: '2 3', points: of(frame, ({ control }) => control.bagOfMoves.all) },
    { name: t`majority`, stroke: INKS[4], dash: '2 3', points: of(frame, ({ control }) => control.majorityPerPly.all) },
    { name: t`shuffled games`, stroke: INKS[5], dash: '8 3 2 3', points: of(frame, ({ control }) => control.shuffled.all) },
    { name: t`two-layer probe`, stroke: INKS[6], dash: '1 4', points: of(frame, ({ control }) => control.twoLayer.all) },
  ];
  const shown = lines.filter(({ points }) => points.some(([, value]) => Number.isFinite(value)));
  return chart(layers, t`accuracy`, floor(shown), shown, view.layer, width);
}

/** What the table says of mine and theirs, beside the strongest control that needs no network. */
export function verdict({ probes }: View): string {
  const rows = probes?.accuracy?.rows ?? [];
  const best = (frame: View['frame']) => rows.filter((row) => row.frame === frame).reduce<(typeof rows)[number] | null>((a, b) => (a && a.all >= b.all ? a : b), null);
  const [mine, colours] = [best('mine-theirs'), best('black-white')];
  if (!mine || !colours) return '';
  const percent = (share: number) => `${fixed(100 * share, 1)} %`;
  const free = mine.control.bagOfMoves.all;
  const [own, other, ownFree, otherFree] = [percent(mine.all), percent(colours.all), percent(free), percent(colours.control.bagOfMoves.all)];
  return mine.all > free
    ? t`At best (layer ${mine.layer}) ${own} of squares are right in mine/theirs and ${other} in black/white (layer ${colours.layer}). The bag of moves alone reaches ${ownFree} and ${otherFree}.`
    : t`At best (layer ${mine.layer}) ${own} of squares are right in mine/theirs and ${other} in black/white (layer ${colours.layer}). The bag of moves alone reaches ${ownFree} and ${otherFree}: this network holds no more of the board than a linear count of moves.`;
}

export function layersPart(el: GlassOthello): TemplateResult | typeof nothing {
  const { view } = el;
  if (!view?.probes) return nothing;
  const accuracy = accuracyScene(view, el.chartWidth);
  const table = (name: string, label: string, make: () => ReturnType<typeof layerTable>) =>
    tableView(label, make, el.openTables.has(name), (open) => el.toggleTable(name, open));
  return html`<section class="part pair" aria-label=${t`Layer by layer`}>
    <figure class="chart"><h3>${t`This position, layer by layer`}</h3><p class="small soft">${t`Computed just now.`}</p>
      <svg role="img" aria-label=${t`${el.words('reading')} All layers are in the table.`} ${scene(positionScene(view, el.chartWidth))}></svg>
      ${table('layers', t`This position as a table`, () => layerTable(view))}</figure>
    <figure class="chart"><h3>${t`Held-out games, layer by layer`}</h3>
      ${accuracy && view.probes.accuracy ? html`<p class="small soft">${say`${html`<b>${t`Precomputed`}</b>`}, not in this tab: ${count(view.probes.accuracy.heldOutGames)} games that the probes never saw. Controls in the chosen frame.`}</p>
        <svg role="img" aria-label=${t`Accuracy by layer, as said below; all numbers are in the table.`} ${scene(accuracy)}></svg>
        <p class="small">${verdict(view)}</p>
        ${table('accuracy', t`Accuracy as a table`, () => accuracyTable(view))}`
      : html`<p class="small soft">${t`The folder of these probes has no accuracy.json.`}</p>`}</figure>
  </section>`;
}
