/** The loss of every instance along the training, beside what it must be compared with. */
import { axes } from '../../../marks/axes.ts';
import { linear, logarithmic, logTicks } from '../../../marks/scale.ts';
import { local } from '../../../marks/numbers.ts';
import type { Mark, Scene } from '../../../marks/scene.ts';
import { t } from '../../../words/words.ts';
import { report, unsharedName, type Shot } from '../view.ts';

const short = (value: number): string => local(value >= 1000 ? `${Number((value / 1000).toPrecision(3))}k` : String(value));

/** Losses at level: the linear twin and, where it is lower, the figures' own. */
function levels(shot: Shot, instance: number): { name: string; loss: number }[] {
  const density = report(shot, instance).density;
  const nearest = <T extends { density: number }>(list: readonly T[]): T | undefined => list.find((entry) => Math.abs(entry.density - density) < 1e-6);
  const linearTwin = nearest(shot.controls.linear);
  return linearTwin && linearTwin.loss > 0 ? [{ name: unsharedName(shot), loss: linearTwin.loss }] : [];
}

export function lossCurve(shot: Shot, instance: number, width: number, height: number): Scene {
  const { history } = shot;
  const start = shot.untrained.instances.map(({ loss }) => loss);
  const points = (index: number): [number, number][] => ([
    [0, start[index] ?? Number.NaN],
    ...history.steps.map((step, at): [number, number] => [step, history.losses[at]?.[index] ?? Number.NaN]),
  ] as [number, number][]).filter(([, loss]) => loss > 0 && Number.isFinite(loss));
  const controls = levels(shot, instance);
  const all = [...start, ...controls.map(({ loss }) => loss), ...history.losses.flatMap((losses) => [...losses])].filter((loss) => loss > 0 && Number.isFinite(loss));
  const most = Math.max(1e-3, ...all);
  const least = Math.max(1e-7, Math.min(most / 10, ...all));
  const room = { left: 62, top: 10, right: width - 10, bottom: height - 42 };
  const last = Math.max(shot.plan.steps, shot.step);
  const x = linear([0, last], [room.left, room.right]);
  const y = logarithmic([least / 1.15, most * 1.15], [room.bottom, room.top]);
  const marks: Mark[] = axes(
    { scale: x, ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: share * last, label: short(Math.round(share * last)) })), name: t`training step` },
    { scale: y, ticks: logTicks(least / 1.15, most * 1.15).map((tick) => ({ at: tick, label: local(String(tick)) })), name: t`loss` },
    room,
  );
  const path = (list: readonly [number, number][]) => `M${list.map(([step, loss]) => `${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join('L')}`;
  start.forEach((_, index) => {
    const line = points(index);
    if (index !== instance && line.length > 1 && start.length <= 64) marks.push({ kind: 'path', d: path(line), stroke: 'edge', opacity: 0.5 });
  });
  const own = points(instance);
  if (own.length > 1) marks.push({ kind: 'path', d: path(own), stroke: 'accent', width: 2.2 });
  for (const { name, loss } of controls) {
    marks.push({ kind: 'line', from: [room.left, y(loss)], to: [room.right, y(loss)], stroke: 'warn', dash: '6 4', width: 1.4 });
    marks.push({ kind: 'words', at: [room.right, y(loss) - 5], text: name, size: 11, fill: 'warn', anchor: 'end' });
  }
  return { width, height, marks };
}
