import type { AnnotatedSource } from './annotated-source.ts';

const COLUMNS = [
  'source',
  'frame',
  'time_ms',
  'width',
  'height',
  'name',
  'class_id',
  'confidence',
  'xmin',
  'ymin',
  'xmax',
  'ymax',
];

/** One row per detection under a row of column names, by RFC 4180. A source in which nothing was found has no row. */
export function toCsv(sources: Iterable<AnnotatedSource>): string {
  let text = toRow(COLUMNS);
  for (const { source, frame, timeMs, sizePx, detections } of sources) {
    for (const { name, classId, confidence, boxXyxy } of detections) {
      const about = [source, frame, timeMs, sizePx.width, sizePx.height];
      text += toRow([...about, name, classId, confidence, ...boxXyxy]);
    }
  }
  return text;
}

function toRow(fields: readonly (string | number)[]): string {
  return `${fields.map(toField).join(',')}\r\n`;
}

/** Spreadsheets run what begins like a formula: such a text gets an apostrophe before it, which they do not show. */
function toField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
