import type { AnnotatedSource } from './annotated-source.ts';

/** One source in the shape that `pnpm detect --json` prints, as a plain object. */
function toJsonRecord({ source, frame, timeMs, sizePx, detections }: AnnotatedSource) {
  return {
    source,
    frame,
    timeMs,
    width: sizePx.width,
    height: sizePx.height,
    predictions: detections.map(({ name, classId, confidence, boxXyxy: [xmin, ymin, xmax, ymax] }) => ({
      ...{ name, classId, confidence },
      ...{ xmin, ymin, xmax, ymax },
    })),
  };
}

/** One line per source, each a JSON object. */
export function toJsonLines(sources: Iterable<AnnotatedSource>): string {
  let lines = '';
  for (const source of sources) lines += `${JSON.stringify(toJsonRecord(source))}\n`;
  return lines;
}

/** For people and programs alike: one indented object for one source, an array for several. */
export function toJson(sources: readonly AnnotatedSource[]): string {
  const records = sources.map(toJsonRecord);
  return `${JSON.stringify(records.length === 1 ? records[0] : records, null, 2)}\n`;
}
