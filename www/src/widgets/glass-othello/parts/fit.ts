/** A probe fitted in this tab, beside one that learns shuffled labels. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ProbeFit } from '../../../api/othello.d.ts';
import { tableView } from '../../../base/table-view.ts';
import type { Table } from '../../../base/widget.ts';
import { lineChart } from '../../../marks/line-chart.ts';
import { percent } from '../../../marks/numbers.ts';
import { scene } from '../../../marks/scene.ts';
import { t } from '../../../words/words.ts';
import type { GlassOthello } from '../element.ts';
import { FRAME_NAMES, layerName } from '../sentence.ts';

const NAMES = { model: t`this network`, 'shuffled-labels': t`shuffled labels`, untrained: t`untrained network` } as const;
const INKS = { model: '#2f75c4', 'shuffled-labels': '#d0570b', untrained: '#8a67d1' } as const;
const OF = Object.keys(NAMES) as (keyof typeof NAMES)[];

export interface LiveFit {
  readonly layer: number;
  readonly frame: keyof typeof FRAME_NAMES;
  readonly seed: number;
  readonly history: readonly ProbeFit[];
  readonly running: boolean;
  readonly error: string;
}

export const accuracyOf = (fit: ProbeFit, of: keyof typeof NAMES): number => fit.probes.find((probe) => probe.of === of)?.accuracy?.all ?? Number.NaN;

export function fitTable({ history, layer, frame, seed }: LiveFit): Table {
  return {
    name: t`Live fit, layer ${layer}, ${FRAME_NAMES[frame]}, seed ${seed}`,
    rows: [
      [t`step`, ...OF.flatMap((of) => [t`${NAMES[of]}: loss`, t`all squares`, t`with a disc`, t`balanced`])],
      ...history.filter(({ phase }) => phase !== 'playing').map((fit) => [fit.step, ...OF.flatMap((of) => {
        const probe = fit.probes.find((candidate) => candidate.of === of);
        return [probe?.loss ?? null, probe?.accuracy?.all ?? null, probe?.accuracy?.nonEmpty ?? null, probe?.accuracy?.balanced ?? null];
      })]),
    ],
  };
}

function drawing(fit: LiveFit, last: ProbeFit, width: number): ReturnType<typeof lineChart> {
  const steps = Math.max(1, last.steps);
  return lineChart({
    x: { name: t`steps of the fit`, from: 0, to: steps, ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * steps)) },
    y: { name: t`held-out accuracy`, from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], label: (value) => `${value * 100} %` },
    lines: OF.map((of) => ({
      name: NAMES[of], stroke: INKS[of], ...(of !== 'model' && { dash: '6 4' }),
      points: fit.history.map((step) => [step.step, accuracyOf(step, of)] as const).filter(([, value]) => Number.isFinite(value)),
    })).filter(({ points }) => points.length > 0),
    width, height: 190,
  });
}

/** How far it has come, in words. */
const reached = ({ layer, frame }: LiveFit, at: ProbeFit): string => at.phase === 'playing'
  ? t`Playing games: ${at.games} of ${at.gamesWanted}.`
  : t`Step ${at.step} of ${at.steps}, ${layerName(layer)}, ${FRAME_NAMES[frame]}, on ${at.heldOutGames} held-out games: ${OF.filter((of) => Number.isFinite(accuracyOf(at, of))).map((of) => `${NAMES[of]} ${percent(accuracyOf(at, of))}`).join(', ')}.`;

const quarterOf = ({ step, steps }: ProbeFit): number => Math.floor((4 * step) / Math.max(1, steps));

/** For ears: the start, each quarter of the way, the end. In between the words stay as they are, so that nothing is said. */
function spoken(fit: LiveFit): string {
  const { history, layer, frame, running, error } = fit;
  const last = history.at(-1);
  if (!last || error !== '') return '';
  if (!running || last.phase === 'done') return `${last.phase === 'done' ? t`The fit is done.` : t`The fit was stopped.`} ${reached(fit, last)}`;
  const quarter = quarterOf(last);
  const mark = history.find((step) => quarterOf(step) === quarter) ?? last;
  return quarter > 0 ? reached(fit, mark) : t`A probe is fitted at ${layerName(layer)}, ${FRAME_NAMES[frame]}; first, ${last.gamesWanted} games are played.`;
}

export function fitPart(el: GlassOthello): TemplateResult | typeof nothing {
  const { view, fit } = el;
  if (!view?.report) return nothing;
  const last = fit?.history.at(-1);
  const now = last && fit ? reached(fit, last)
    : t`Fresh random games are played in this tab; a linear probe learns their boards from the activations, beside one that learns shuffled labels and one on the untrained network.`;
  return html`<section class="part" aria-labelledby="fit-title">
    <h3 id="fit-title">${t`Fit a probe yourself`}</h3>
    ${el.showsPart('controls') ? html`<div class="row"><button type="button" @click=${() => (fit?.running ? el.stopFit() : void el.startFit())}>${fit?.running ? t`Stop` : t`Fit at layer ${view.layer}, ${FRAME_NAMES[view.frame]}`}</button></div>` : nothing}
    <p class="small ${last ? '' : 'soft'}">${now}</p>
    <p class="spoken" role="status">${fit ? spoken(fit) : ''}</p>
    ${fit?.error ? html`<p class="small" role="alert"><b class="warn" lang="en">${fit.error}</b></p>` : nothing}
    ${fit && last && last.phase !== 'playing' ? html`<figure class="chart"><svg role="img" aria-label=${now} ${scene(drawing(fit, last, el.chartWidth))}></svg></figure>
      ${tableView(t`The fit as a table`, () => fitTable(fit), el.openTables.has('fit'), (open) => el.toggleTable('fit', open))}` : nothing}
  </section>`;
}
