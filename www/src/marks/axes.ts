/** Axes with their words, around the room that they leave for a plot. */
import type { Mark } from './scene.ts';
import type { Scale } from './scale.ts';

export interface Axis {
  readonly scale: Scale;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly name: string;
}

export interface Room {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Ticks whose labels would lie on each other are left out. */
function apart(axis: Axis, gap: number): Axis['ticks'] {
  let last = Number.NEGATIVE_INFINITY;
  return [...axis.ticks].sort((a, b) => axis.scale(a.at) - axis.scale(b.at)).filter(({ at }) => {
    const place = axis.scale(at);
    if (place - last < gap) return false;
    last = place;
    return true;
  });
}

export function axes(x: Axis, y: Axis, { left, top, right, bottom }: Room): Mark[] {
  const marks: Mark[] = [{ kind: 'path', d: `M${left} ${top}V${bottom}H${right}`, stroke: 'edge' }];
  for (const { at, label } of apart(x, 30)) {
    const place = x.scale(at);
    marks.push(
      { kind: 'line', from: [place, bottom], to: [place, bottom + 4], stroke: 'edge' },
      { kind: 'words', at: [place, bottom + 17], text: label, size: 11, fill: 'soft', anchor: 'middle' },
    );
  }
  for (const { at, label } of apart(y, 13)) {
    const place = y.scale(at);
    marks.push(
      { kind: 'line', from: [left - 4, place], to: [left, place], stroke: 'edge' },
      { kind: 'words', at: [left - 7, place + 4], text: label, size: 11, fill: 'soft', anchor: 'end' },
    );
  }
  marks.push(
    { kind: 'words', at: [(left + right) / 2, bottom + 34], text: x.name, fill: 'soft', anchor: 'middle' },
    { kind: 'words', at: [12, (top + bottom) / 2], text: y.name, fill: 'soft', anchor: 'middle', turn: -90 },
  );
  return marks;
}
