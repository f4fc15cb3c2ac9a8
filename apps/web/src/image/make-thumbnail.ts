/** Twice the size at which it is shown, for dense screens. */
const WIDTH_PX = 168;
const HEIGHT_PX = 120;

let previous: Promise<unknown> = Promise.resolve();

/**
 * A small copy of a picture, cut to the shape of the strip; undefined for what the browser cannot show. One at a time:
 * decoded, a photograph takes 50 MB. What is aborted before its turn is not decoded at all.
 */
export function makeThumbnail(file: Blob, signal: AbortSignal): Promise<Blob | undefined> {
  const next = previous.then(() => (signal.aborted ? undefined : shrink(file))).catch(() => undefined);
  previous = next;
  return next;
}

async function shrink(file: Blob): Promise<Blob | undefined> {
  const picture = await createImageBitmap(file);
  try {
    const scale = Math.max(WIDTH_PX / picture.width, HEIGHT_PX / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    const canvas = new OffscreenCanvas(WIDTH_PX, HEIGHT_PX);
    const context = canvas.getContext('2d');
    if (!context) return undefined;
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, (WIDTH_PX - width) / 2, (HEIGHT_PX - height) / 2, width, height);
    return await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
  } finally {
    picture.close();
  }
}
