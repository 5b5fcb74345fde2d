/** An SVG as pixels, twice its size so that it stays sharp on slides. */
import { t } from '../words/words.ts';

export async function rasterise(svg: Blob, scale = 2): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * scale;
    canvas.height = image.naturalHeight * scale;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(t`The picture could not be drawn.`))), 'image/png'));
  } finally {
    URL.revokeObjectURL(address);
  }
}
