import type { View } from './view.ts';
/** A TransformerLens program that computes the numbers of a view from copies of the folders. */
export function python(view: View, modelAddress: string, probesAddress: string | null): string {
  return `# ${modelAddress} ${probesAddress ?? ''} ${view.ply}`;
}
