// Writes ONNX files: the few messages of onnx.proto that the graphs of this bench need.

/** Types of numbers. */
export const FLOAT = 1;
export const INT64 = 7;
const utf8 = new TextEncoder();

/** Base-128 number. */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** One message: parts are `[field, value]`; a number is a varint, text and bytes and messages carry their length. */
function message(...parts) {
  const chunks = [];
  for (const [field, value] of parts) {
    if (typeof value === 'number' || typeof value === 'bigint') {
      chunks.push(varint(field << 3), varint(value));
      continue;
    }
    if (value instanceof Float32) {
      chunks.push(varint((field << 3) | 5), value.bytes);
      continue;
    }
    const bytes = typeof value === 'string' ? utf8.encode(value) : value;
    chunks.push(varint((field << 3) | 2), varint(bytes.length), bytes);
  }
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A number that goes out as `float`. */
export class Float32 {
  constructor(value) {
    this.bytes = new Uint8Array(Float32Array.of(value).buffer);
  }
}

/** AttributeProto: whole numbers, `Float32`s and lists of whole numbers. */
function attribute(name, value) {
  if (value instanceof Float32) return message([1, name], [2, value], [20, 1]);
  if (Array.isArray(value)) return message([1, name], ...value.map((item) => [8, item]), [20, 7]);
  return message([1, name], [3, value], [20, 2]);
}

/** ValueInfoProto of a tensor of fixed shape. */
function valueInfo(name, type, shape) {
  const dimensions = shape.map((extent) => [1, message([1, extent])]);
  const tensor = message([1, type], [2, message(...dimensions)]);
  return message([1, name], [2, message([1, tensor])]);
}

/** A graph under construction. */
export class OnnxGraph {
  #nodes = [];
  #initializers = [];
  #names = 0;

  /** Adds a node with one output and returns the output's name. */
  node(type, inputs, attributes = {}, domain = '', outputs = 1) {
    const names = Array.from({ length: outputs }, () => `t${(this.#names += 1)}`);
    this.#nodes.push(
      message(
        ...inputs.map((input) => [1, input]),
        ...names.map((output) => [2, output]),
        [3, `n${this.#nodes.length}`],
        [4, type],
        ...Object.entries(attributes).map(([name, value]) => [5, attribute(name, value)]),
        [7, domain],
      ),
    );
    return outputs === 1 ? names[0] : names;
  }

  /** Adds a constant and returns its name. */
  constant(data, shape) {
    const name = `c${(this.#names += 1)}`;
    const type = data instanceof BigInt64Array ? INT64 : FLOAT;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push(message(...shape.map((extent) => [1, extent]), [2, type], [8, name], [9, bytes]));
    return name;
  }

  /** The file. Inputs are `[name, type, shape]`; outputs `[name, type, shape, what the graph calls it]`. */
  file(inputs, outputs) {
    for (const [name, , , inside] of outputs) this.#nodes.push(message([1, inside], [2, name], [3, `to ${name}`], [4, 'Identity']));
    const graph = message(
      ...this.#nodes.map((node) => [1, node]),
      [2, 'graph'],
      ...this.#initializers.map((tensor) => [5, tensor]),
      ...inputs.map((input) => [11, valueInfo(...input)]),
      ...outputs.map((output) => [12, valueInfo(...output)]),
    );
    const standard = message([1, ''], [2, 20]);
    const microsoft = message([1, 'com.microsoft'], [2, 1]);
    return message([1, 9], [2, 'glasshouse'], [7, graph], [8, standard], [8, microsoft]);
  }
}
