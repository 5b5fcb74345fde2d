/** All that is shown, in words. */
import type { BoardEdit } from '../../api/othello.d.ts';
import { fixed, local } from '../../marks/numbers.ts';
import { t } from '../../words/words.ts';
import { expects, reading } from './sentence.ts';
import { squareName } from './settings.ts';
import { plyAt, type View } from './view.ts';

function turn(view: View): string {
  const { toMove, passed } = plyAt(view.game, view.ply);
  if (!toMove) return t`The game is over.`;
  if (toMove === 'black') return passed ? t`Black moves again: the other side had to pass.` : t`Black to move.`;
  return passed ? t`White moves again: the other side had to pass.` : t`White to move.`;
}

/** How many errors a set of moves has. */
export const errorCount = (count: number): string => (count === 1 ? t`1 error` : t`${Number.isInteger(count) ? count : fixed(count, 1)} errors`);

function changed({ square, how }: BoardEdit): string {
  const name = squareName(square);
  return { flip: t`${name} flipped`, empty: t`${name} emptied`, mine: t`${name} made mine`, theirs: t`${name} made theirs` }[how];
}

export function belief({ report, edits, editLayers }: View): string {
  const found = report?.intervention;
  if (!found) return '';
  const { randomDirection, unrelatedSquare } = found.control;
  const [what, layers] = [edits.map(changed).join(', '), editLayers.join(', ')];
  const [after, before, random] = [errorCount(found.after.errors), errorCount(found.before.errors), errorCount(randomDirection.mean)];
  return unrelatedSquare
    ? t`With ${what} at layer ${layers}, the moves that the network expects have ${after} against the changed board; without the change ${before}; with a random direction ${random}; with another square ${errorCount(unrelatedSquare.errors)}.`
    : t`With ${what} at layer ${layers}, the moves that the network expects have ${after} against the changed board; without the change ${before}; with a random direction ${random}.`;
}

/** What the folder's table says of many flips, at the layers and strength that this element starts with. */
export function beliefsElsewhere({ probes }: View): string {
  const found = probes?.beliefs;
  const usual = probes?.intervention?.layers.join();
  const row = found?.rows.find(({ layers }) => layers.join() === usual) ?? found?.rows[0];
  if (!found || !row) return '';
  const { randomDirection, unrelatedSquare } = row.control;
  const two = (value: number) => fixed(value, 2);
  return t`Over ${found.cases} flips in other games, at layer ${row.layers.join(', ')} with strength ${local(String(row.scale))}: ${two(found.before)} errors before, ${two(row.errors)} after; random directions ${two(randomDirection.mean)}, another square ${two(unrelatedSquare)}. Against the true board the unchanged network has ${two(found.truth)}.`;
}

export const wholePicture = (view: View): string => [turn(view), reading(view), expects(view), belief(view)].filter((part) => part !== '').join(' ');
