/** What a reader takes along: numbers as JSON and tables, and a program that computes them anew. */
import type { Model } from '../../api/glasshouse.d.ts';
import type { Table } from '../../base/widget.ts';
import { t } from '../../words/words.ts';
import { headName, type HeadName } from './settings.ts';
import type { Settings } from './question.ts';
import { ceilings, effect, fit, KINDS, patternOf, type View } from './view.ts';

export interface Origin {
  readonly model: Model;
  readonly modelAddress: string;
  readonly twin: Model | null;
  readonly twinAddress: string | null;
}

const withoutTexts = (settings: Settings, view: View) => ({ ...settings, ablate: view.ablations, position: view.position });

/** Every number that is shown. Probabilities are 0 to 1, log-probabilities in nats, attention `[head][query][key]`. */
export function data(view: View, settings: Settings, shown: HeadName, { model, modelAddress, twin, twinAddress }: Origin): object {
  const { report, ids } = view;
  const { top } = report;
  const next = (list: typeof top.baseline | null) => list?.map(({ id, text, prob }) => ({ id, token: text, prob })) ?? null;
  return {
    format: 'glass-induction 1',
    units: { probability: '0 to 1', logProbability: 'nats', score: 'share of attention, 0 to 1' },
    settings: { ...withoutTexts(settings, view), shownHead: shown, backend: report.backend.kind },
    backend: report.backend.kind,
    adapter: report.backend.adapter,
    selfCheck: report.backend.selfCheck,
    model: { address: modelAddress, parameters: model.parameters, config: model.config },
    twin: twin && { address: twinAddress, parameters: twin.parameters, config: twin.config, backend: report.twinBackend },
    textCut: view.cut,
    tokens: view.tokens.map(({ id, text, start, end }) => ({ id, text, start, end })),
    nextTokenProb: report.nextTokenProb,
    baseline: report.nextTokenProb,
    ablated: view.ablations,
    ablatedNextTokenProb: report.ablatedNextTokenProb,
    ablationControl: view.control && { ablated: view.control.ablations, nextTokenProb: view.control.nextTokenProb },
    twinNextTokenProb: report.twinNextTokenProb,
    untrainedNextTokenProb: report.untrainedNextTokenProb,
    meanLogProb: {
      baseline: fit(report.nextTokenProb, ids),
      ablated: report.ablatedNextTokenProb && fit(report.ablatedNextTokenProb, ids),
      ablationControl: view.control && fit(view.control.nextTokenProb, ids),
      twin: report.twinNextTokenProb && fit(report.twinNextTokenProb, ids),
      untrained: fit(report.untrainedNextTokenProb, ids),
    },
    effect: effect(view),
    highestPossible: ceilings(ids),
    heads: report.heads,
    twinHeads: report.twinHeads,
    position: top.position,
    top: next(top.baseline),
    ablatedTop: next(top.ablated),
    twinTop: next(top.twin),
    attention: { ...shown, shape: [ids.length, ids.length], rows: 'query', columns: 'key', data: rows(view, shown) },
  };
}

/** The pattern of one head, `[query][key ≤ query]`. */
function rows(view: View, { layer, head }: HeadName): number[][] {
  const [pattern, count] = [patternOf(view, layer), view.ids.length];
  return view.ids.map((_, query) => [...pattern.subarray((head * count + query) * count, (head * count + query) * count + query + 1)]);
}

/** Each token with what was given to it before it was read. */
export function tokenTable({ report, tokens, ids }: View): Table {
  const before = (probs: readonly (number | null)[] | null, index: number) => (index === 0 ? null : (probs?.[index - 1] ?? null));
  return {
    name: t`Tokens`,
    rows: [
      [t`position`, t`token`, t`id`, t`probability`, t`heads switched off`, t`one-layer twin`, t`untrained`],
      ...tokens.map(({ text }, index) => [
        index, JSON.stringify(text), ids[index] ?? null, before(report.nextTokenProb, index), before(report.ablatedNextTokenProb, index),
        before(report.twinNextTokenProb, index), before(report.untrainedNextTokenProb, index),
      ]),
    ],
  };
}

export function headTable({ report, ablations }: View): Table {
  return {
    name: t`Heads`,
    rows: [
      [t`head`, ...KINDS.flatMap((kind) => [kind, t`${kind}, untrained`, t`${kind}, random 95 %`, t`${kind}, heads switched off`]), t`switched off`],
      ...report.heads.map((head) => [
        headName(head),
        ...KINDS.flatMap((kind) => [head[kind], head.control.untrained[kind], head.control.random95[kind], head.ablated?.[kind] ?? null]),
        ablations.find(({ layer, head: number }) => layer === head.layer && number === head.head)?.how ?? '',
      ]),
    ],
  };
}

export function attentionTable(view: View, shown: HeadName): Table {
  const label = (index: number) => `${index} ${JSON.stringify(view.tokens[index]?.text)}`;
  return {
    name: t`Attention of ${headName(shown)}`,
    rows: [
      [t`query \\ key`, ...view.ids.map((_, key) => label(key))],
      ...rows(view, shown).map((row, query) => [label(query), ...row]),
    ],
  };
}

/** The attention of one query, and to it. */
export function rowTable(view: View, shown: HeadName, query: number): Table {
  const [pattern, count] = [patternOf(view, shown.layer), view.ids.length];
  const weight = (from: number, to: number) => (to > from ? null : (pattern[(shown.head * count + from) * count + to] ?? null));
  return {
    name: t`Head ${headName(shown)}, token ${query} ${JSON.stringify(view.tokens[query]?.text)}`,
    rows: [
      [t`position`, t`token`, t`it looks there`, t`it is looked at from there`],
      ...view.tokens.map(({ text }, at) => [at, JSON.stringify(text), weight(query, at), weight(at, query)]),
    ],
  };
}
