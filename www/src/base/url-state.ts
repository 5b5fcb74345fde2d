/** The state of a widget in a link: `#v=1&widget=glass-induction&text=…`. Attributes are the state, so a link is a list of attributes. */

export interface LinkedState {
  readonly widget: string;
  /** Which of several elements with this tag, in document order. */
  readonly at: number;
  readonly attributes: ReadonlyMap<string, string>;
}

const VERSION = '1';
const RESERVED = new Set(['v', 'widget', 'at']);

export function encodeState(state: LinkedState): string {
  const query = new URLSearchParams({ v: VERSION, widget: state.widget });
  if (state.at > 0) query.set('at', String(state.at));
  for (const [name, value] of state.attributes) query.set(name, value);
  return `#${query.toString()}`;
}

/** What a hash says, or undefined if it is not a state of this page's widgets. A hash without `widget` speaks to any widget. */
export function decodeState(hash: string, widget: string): LinkedState | undefined {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  if (query.get('v') !== VERSION) return undefined;
  if ((query.get('widget') ?? widget) !== widget) return undefined;
  const attributes = new Map([...query].filter(([name]) => !RESERVED.has(name)));
  return { widget, at: Number(query.get('at') ?? 0), attributes };
}
