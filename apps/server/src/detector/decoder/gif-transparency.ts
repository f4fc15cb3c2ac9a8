const GIF_HEADER_BYTES = 13;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;

/**
 * A GIF whose first frame has no transparent colour any more: libvips would make it black, whatever the palette has there.
 * Any other file as it is. Follows the GIF89a specification; what is damaged ends the search.
 */
export function showTransparent(data: Uint8Array): Uint8Array {
  const flags = transparencyAt(data);
  if (flags === undefined) return data;
  const copy = new Uint8Array(data);
  copy[flags] = (data[flags] ?? 0) & ~1;
  return copy;
}

/** Where the first frame's graphic control extension says, in its lowest bit, that a colour is transparent. */
function transparencyAt(data: Uint8Array): number | undefined {
  if (Buffer.from(data.subarray(0, 4)).toString('latin1') !== 'GIF8') return undefined;
  const screen = data[10] ?? 0;
  const paletteBytes = screen & 0x80 ? 3 * 2 ** ((screen & 7) + 1) : 0;
  let found: number | undefined;
  for (let at = GIF_HEADER_BYTES + paletteBytes; data[at] === EXTENSION; ) {
    if (data[at + 1] === GRAPHIC_CONTROL) found = (data[at + 3] ?? 0) & 1 ? at + 3 : undefined;
    at += 2;
    for (let size = data[at]; size; size = data[at]) at += size + 1;
    at++;
  }
  return found;
}
