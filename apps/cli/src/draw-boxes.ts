import type { Prediction } from '@boxwire/proto/mlpredictions/mlpredictions';
import sharp, { type Sharp } from 'sharp';
import type { Answer } from './detect.ts';

/** The answer's picture, upright, with its boxes drawn in; to be written by sharp in whatever form. */
export function drawBoxes({ picture: { raw, data }, result }: Answer): Sharp {
  const image = raw ? sharp(data, { raw: { ...raw, channels: 3 } }) : sharp(data).autoOrient();
  const { object, width, height } = result;
  return image.composite([{ input: Buffer.from(boxesToSvg(object, width, height)) }]);
}

/** Boxes with their labels as SVG of the picture's size. A label stands over its box, or inside where it would leave the picture. */
export function boxesToSvg(boxes: readonly Prediction[], width: number, height: number): string {
  const stroke = Math.max(2, Math.round(Math.max(width, height) / 320));
  const font = Math.max(10, Math.round(Math.max(width, height) / 50));
  // The least certain first, so that the most certain lie on top.
  const shapes = boxes.toReversed().map((box) => boxToSvg(box, { width, height, stroke, font }));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
}

interface Style {
  readonly width: number;
  readonly height: number;
  readonly stroke: number;
  readonly font: number;
}

/** A monospaced letter's width, in font sizes. */
const LETTER = 0.62;

function boxToSvg({ xmin, ymin, xmax, ymax, name, confidence, classId }: Prediction, style: Style): string {
  const { stroke, font } = style;
  const colour = `hsl(${(classId * 137.5) % 360} 80% 40%)`;
  const text = `${name} ${confidence.toFixed(2)}`;
  const labelWidth = Math.min(style.width, Math.ceil(text.length * font * LETTER + font * 0.5));
  const labelHeight = Math.ceil(font * 1.3);
  const x = Math.max(0, Math.min(xmin, style.width - labelWidth));
  const y = Math.max(
    0,
    ymin >= labelHeight ? ymin - labelHeight : Math.min(ymin, style.height - labelHeight),
  );
  return (
    `<rect x="${xmin}" y="${ymin}" width="${xmax - xmin}" height="${ymax - ymin}" fill="none" stroke="${colour}" stroke-width="${stroke}"/>` +
    `<rect x="${x}" y="${y}" width="${labelWidth}" height="${labelHeight}" fill="${colour}"/>` +
    `<text x="${x + font * 0.25}" y="${y + font}" font-family="monospace" font-size="${font}" fill="white">${escapeXml(text)}</text>`
  );
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
