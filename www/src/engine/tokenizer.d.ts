// What crates/tokenizer exports through wasm-bindgen (`--target web`).
export default function init(): Promise<unknown>;

export class Tokenizer {
  /** Throws an error with the code `bad-model-file`. */
  constructor(tokenizerJson: string);
  /** Offsets in UTF-16 units; no BOS. */
  encode(text: string): { ids: Uint32Array; starts: Uint32Array; ends: Uint32Array };
  decode(ids: Uint32Array): string;
  tokenText(id: number): string;
  vocabSize(): number;
  free(): void;
}
