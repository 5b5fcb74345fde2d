/** Arrow keys on a list or a grid, as a pure function: which cell comes next. */

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The index that `key` leads to in a list of `count`; undefined for keys that do not move. */
export function stepInList(key: string, index: number, count: number): number | undefined {
  const to = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}

/** The cell that `key` leads to in the lower triangle of an attention pattern (column ≤ row). */
export function stepInTriangle(key: string, at: Cell, count: number, control: boolean): Cell | undefined {
  const move = (row: number, column: number): Cell => {
    const clampedRow = Math.min(count - 1, Math.max(0, row));
    return { row: clampedRow, column: Math.min(clampedRow, Math.max(0, column)) };
  };
  switch (key) {
    case 'ArrowUp': return move(at.row - 1, at.column);
    case 'ArrowDown': return move(at.row + 1, at.column);
    case 'ArrowLeft': return move(at.row, at.column - 1);
    case 'ArrowRight': return move(at.row, at.column + 1);
    case 'PageUp': return move(at.row - 10, at.column);
    case 'PageDown': return move(at.row + 10, at.column);
    case 'Home': return control ? move(0, 0) : move(at.row, 0);
    case 'End': return control ? move(count - 1, count - 1) : move(at.row, at.row);
    default: return undefined;
  }
}
