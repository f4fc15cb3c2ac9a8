import type { Size } from './detection.ts';

const FONT_PX = 12;
const PADDING_X_PX = 6;

/** How labels on boxes are set, in CSS pixels. `baselinePx` counts from the label's top. */
export const LABEL = { fontPx: FONT_PX, weight: 600, heightPx: 20, paddingPx: PADDING_X_PX, baselinePx: 14 };

let context: CanvasRenderingContext2D | null | undefined;

/** The size of a label with this text, in CSS pixels, measured in the page's own typeface. */
export function measureLabel(text: string): Size {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return { width: text.length * FONT_PX * 0.62 + 2 * PADDING_X_PX, height: LABEL.heightPx };
  const { fontFamily } = getComputedStyle(document.body);
  context.font = `${LABEL.weight} ${FONT_PX}px ${fontFamily}`;
  return { width: Math.ceil(context.measureText(text).width) + 2 * PADDING_X_PX, height: LABEL.heightPx };
}
