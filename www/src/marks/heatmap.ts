/** Attention patterns as pixels: rows are queries (destination), columns are keys (source). */
import { viridis, VIRIDIS } from './colour.ts';

/**
 * RGBA pixels of one head's pattern. Cells above the diagonal are transparent: a token cannot look ahead.
 * @param pattern `[head, query, key]`, row-major
 * @param head which head to draw
 * @param count number of positions
 */
export function attentionPixels(pattern: Float32Array, head: number, count: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(count * count * 4);
  for (let query = 0; query < count; query++) {
    for (let key = 0; key <= query; key++) {
      const value = pattern[(head * count + query) * count + key] ?? Number.NaN;
      const to = (query * count + key) * 4;
      if (value >= 0 && value <= 1) {
        const from = 3 * Math.round(value * 255);
        pixels[to] = VIRIDIS[from] ?? 0;
        pixels[to + 1] = VIRIDIS[from + 1] ?? 0;
        pixels[to + 2] = VIRIDIS[from + 2] ?? 0;
      } else {
        pixels.set(viridis(value), to);
      }
      pixels[to + 3] = 255;
    }
  }
  return pixels;
}

/** One pixel per cell; CSS scales the canvas up without smoothing. */
export function paint(canvas: HTMLCanvasElement, pixels: Uint8ClampedArray<ArrayBuffer>, columns: number, rows = columns): void {
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, columns, rows), 0, 0);
}

/** Every how many positions a label fits, given the side of the picture in px: 1, 2, 5, 10, 20, 50 … */
export function labelStep(count: number, side: number, labelHeight = 12): number {
  for (let step = 1; ; step *= 10) {
    for (const factor of [1, 2, 5]) {
      if ((side / count) * step * factor >= labelHeight) return step * factor;
    }
  }
}

/** The row of attention weights of one query, `[key]` for key ≤ query. */
export const queryRow = (pattern: Float32Array, head: number, count: number, query: number): Float32Array =>
  pattern.subarray((head * count + query) * count, (head * count + query) * count + query + 1);

/** The column of attention weights that one key receives, `[query]`; zero where the query comes before the key. */
export const keyColumn = (pattern: Float32Array, head: number, count: number, key: number): Float32Array =>
  Float32Array.from({ length: count }, (_, query) =>
    query < key ? 0 : (pattern[(head * count + query) * count + key] ?? 0),
  );
