// From the arguments of the API to plain objects that can cross to the worker.
import type { Input, WireEdit } from '../engine/protocol.ts';
import type { Edit, EditValue, Tensor } from './glasshouse.d.ts';
import { GlasshouseError } from './error.ts';
import { refuseOther, refuseUnknown } from './nearest.ts';

const EDIT_FIELDS = ['hook', 'heads', 'positions', 'features', 'how', 'scale', 'value'];
const HOWS = ['zero', 'scale', 'add', 'replace', 'mean'] as const;

/** A text, or token ids; anything else is refused. */
export function wireInput(input: unknown, prependBos: boolean | undefined): Input {
  if (typeof input === 'string') return { text: input, prependBos: prependBos ?? null };
  if (!isArrayLike(input)) throw new GlasshouseError('bad-input', 'The input is a text or a list of token ids.');
  const ids = Array.from(input, (id, index) => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < 2 ** 32) return id;
    throw new GlasshouseError('bad-input', `Token ids are whole numbers from 0 up, but number ${index} of the list is ${String(id)}.`);
  });
  return { ids };
}

/** The names of the hooks to capture. */
export function wireHooks(hooks: unknown): string[] {
  if (hooks === undefined) return [];
  if (!Array.isArray(hooks) || !hooks.every((hook) => typeof hook === 'string')) {
    throw new GlasshouseError('bad-input', 'hooks is a list of hook names.');
  }
  return [...hooks];
}

/** Of which hooks the largest features are wanted. */
export function wireTop(given: unknown): { hook: string; k: number }[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw new GlasshouseError('bad-input', 'topFeatures is a list of {hook, k}.');
  return given.map((one: Partial<{ hook: unknown; k: unknown }> | null) => {
    if (typeof one?.hook !== 'string') throw new GlasshouseError('bad-input', 'An entry of topFeatures is an object that names its hook.');
    refuseUnknown(`The entry of topFeatures at ${one.hook}`, one, ['hook', 'k']);
    if (typeof one.k !== 'number' || !Number.isInteger(one.k) || one.k < 1 || one.k >= 2 ** 31) {
      throw new GlasshouseError('bad-input', `k at ${one.hook} is a whole number from 1 up, not ${String(one.k)}.`);
    }
    return { hook: one.hook, k: one.k };
  });
}

/** The edits with their tensor values lifted out; the values are copies, so that the caller's arrays stay whole. */
export function wireEdits(edits: readonly Edit[] | undefined): { edits: WireEdit[]; values: Float32Array<ArrayBuffer>[] } {
  if (edits === undefined) return { edits: [], values: [] };
  if (!Array.isArray(edits)) throw new GlasshouseError('bad-input', 'edits is a list of edits.');
  const values: Float32Array<ArrayBuffer>[] = [];
  return { edits: (edits as readonly Edit[]).map((edit) => wireEdit(edit, values)), values };
}

function wireEdit(edit: Edit, values: Float32Array[]): WireEdit {
  if (edit === null || typeof edit !== 'object' || typeof edit.hook !== 'string') {
    throw new GlasshouseError('bad-edit', 'An edit is an object that names its hook.');
  }
  const what = `The edit at ${edit.hook}`;
  refuseUnknown(what, edit, EDIT_FIELDS);
  const wire: WireEdit = { hook: edit.hook, how: refuseOther(`"how" of the edit at ${edit.hook}`, edit.how, HOWS) };
  for (const axis of ['heads', 'positions', 'features'] as const) {
    const chosen = edit[axis];
    if (chosen !== undefined) wire[axis] = indices(`${axis} of the edit at ${edit.hook}`, chosen);
  }
  if (edit.scale !== undefined) wire.scale = finite(`scale of the edit at ${edit.hook}`, edit.scale);
  if (edit.value !== undefined) wire.value = wireValue(what, edit.value, values);
  return wire;
}

function wireValue(what: string, value: EditValue, values: Float32Array[]): NonNullable<WireEdit['value']> {
  if (typeof value === 'number') return value;
  const given: unknown = isArrayLike(value) ? { data: value, shape: [value.length] } : value;
  const { data, shape } = (given ?? {}) as Partial<Tensor>;
  if (!isArrayLike(data) || !Array.isArray(shape)) {
    throw new GlasshouseError('bad-edit', `${what} has a value that is neither a number, nor an array of numbers, nor {data, shape}.`);
  }
  const size = shape.reduce<number>((product, extent) => product * Number(extent), 1);
  if (size !== data.length) {
    throw new GlasshouseError('bad-edit', `${what} has a value of shape [${shape.join(', ')}] with ${data.length} numbers.`);
  }
  values.push(Float32Array.from(data as ArrayLike<number>));
  return { tensor: values.length - 1, shape: shape.map(Number) };
}

function indices(what: string, given: unknown): number[] {
  if (isArrayLike(given)) {
    const list = Array.from(given);
    if (list.every((index): index is number => Number.isInteger(index))) return list;
  }
  throw new GlasshouseError('bad-edit', `${what} is a list of whole numbers.`);
}

/** A number that is neither infinite nor NaN. */
export function finite(what: string, given: unknown): number {
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  throw new GlasshouseError('bad-input', `${what} is a number, not ${String(given)}.`);
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}
