/** What is drawn as pixels. */
import type { GlassSuperposition } from './element.ts';
import { signedPixels } from './parts/matrix.ts';
import { phasePixels } from './parts/phase-plot.ts';
import { outcomes, parameters } from './view.ts';
import { paint } from '../../marks/heatmap.ts';

const seen = new WeakMap<HTMLCanvasElement, unknown>();

function paintOnce(canvas: HTMLCanvasElement | null, source: unknown, pixels: () => Uint8ClampedArray<ArrayBuffer>, columns: number, rows = columns): void {
  if (!canvas || seen.get(canvas) === source) return;
  seen.set(canvas, source);
  paint(canvas, pixels(), columns, rows);
}

/** Colours the canvases whose numbers are new. */
export function paintStage({ shot, gram, chosen, renderRoot }: Pick<GlassSuperposition, 'shot' | 'gram' | 'chosen' | 'renderRoot'>): void {
  if (!shot) return;
  const { grid, settings } = shot.plan;
  if (grid) {
    const { slice } = shot;
    const painted = outcomes(shot);
    const blank = () => new Uint8ClampedArray(grid.size * grid.size * 4);
    paintOnce(renderRoot.querySelector('canvas.phase-cells'), painted ?? grid, () => (painted ? phasePixels(painted, slice?.diverged ?? null, grid.size) : blank()), grid.size);
  } else if (!settings.tied) {
    const { w } = parameters(shot, chosen);
    paintOnce(renderRoot.querySelector('canvas.gram'), shot, () => signedPixels(w), settings.nFeatures, settings.nHidden);
  } else if (gram?.length === settings.nFeatures ** 2) {
    paintOnce(renderRoot.querySelector('canvas.gram'), gram, () => signedPixels(gram), settings.nFeatures);
  }
}
