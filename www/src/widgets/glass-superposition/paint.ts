/** What is drawn as pixels. */
import type { GlassSuperposition } from './element.ts';
import { signedPixels } from './parts/matrix.ts';
import { phasePixels } from './parts/phase-plot.ts';
import { paint } from '../../marks/heatmap.ts';

const painted = new WeakMap<HTMLCanvasElement, unknown>();

function paintOnce(canvas: HTMLCanvasElement | null, source: unknown, pixels: () => Uint8ClampedArray<ArrayBuffer>, count: number): void {
  if (!canvas || painted.get(canvas) === source) return;
  painted.set(canvas, source);
  paint(canvas, pixels(), count);
}

/** Colours the canvases whose numbers are new. */
export function paintStage({ shot, gram, renderRoot }: Pick<GlassSuperposition, 'shot' | 'gram' | 'renderRoot'>): void {
  if (!shot) return;
  const { grid, settings } = shot.plan;
  if (grid) {
    const { slice } = shot;
    const blank = () => new Uint8ClampedArray(grid.size * grid.size * 4);
    paintOnce(renderRoot.querySelector('canvas.phase-cells'), slice ?? grid, () => (slice?.outcome ? phasePixels(slice.outcome, slice.diverged, grid.size) : blank()), grid.size);
  } else if (gram?.length === settings.nFeatures ** 2) {
    paintOnce(renderRoot.querySelector('canvas.gram'), gram, () => signedPixels(gram), settings.nFeatures);
  }
}
