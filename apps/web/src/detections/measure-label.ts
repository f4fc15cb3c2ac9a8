import type { Size } from './detection.ts';

const FONT_PX = 12;
const PADDING_X_PX = 6;

/** How labels on boxes are set, in CSS pixels. `baselinePx` counts from the label's top. */
export const LABEL = { fontPx: FONT_PX, weight: 600, heightPx: 20, paddingPx: PADDING_X_PX, baselinePx: 14 };

let font: string | undefined;
let context: CanvasRenderingContext2D | null | undefined;
const widths = new Map<string, number>();

/** The labels' font, in the page's own typeface, as a canvas wants it. */
export function labelFont(): string {
  font ??= `${LABEL.weight} ${FONT_PX}px ${getComputedStyle(document.body).fontFamily}`;
  return font;
}

/** The size of a label with this text, in CSS pixels. */
export function measureLabel(text: string): Size {
  let width = widths.get(text);
  if (width === undefined) {
    context ??= document.createElement('canvas').getContext('2d');
    if (context) context.font = labelFont();
    const textWidth = context?.measureText(text).width ?? text.length * FONT_PX * 0.62;
    width = Math.ceil(textWidth) + 2 * PADDING_X_PX;
    widths.set(text, width);
  }
  return { width, height: LABEL.heightPx };
}
