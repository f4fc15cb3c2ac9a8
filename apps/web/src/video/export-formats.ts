import type { AnalysedFrame } from '../uploads/analysis-event.ts';

/** Frames as `pnpm detect --json` prints them: one object a line, boxes in pixels of the upright frame. */
export function framesToJsonLines(source: string, frames: readonly AnalysedFrame[]): string {
  const lines = frames.map(({ frame, timeMs, width, height, detections }) => {
    const predictions = detections.map(({ name, classId, confidence, boxXyxy: [xmin, ymin, xmax, ymax] }) => {
      return { name, classId, confidence, xmin, ymin, xmax, ymax };
    });
    return JSON.stringify({ source, frame, timeMs, width, height, predictions });
  });
  return lines.map((line) => `${line}\n`).join('');
}

const COLUMNS = 'frame,time_ms,time,class_id,name,confidence,xmin,ymin,xmax,ymax';

/** One line for each detection, with the time in milliseconds and as h:mm:ss.mmm (RFC 4180). */
export function framesToCsv(frames: readonly AnalysedFrame[]): string {
  const lines = frames.flatMap(({ frame, timeMs, detections }) =>
    detections.map(({ classId, name, confidence, boxXyxy }) =>
      [frame, timeMs, timeStamp(timeMs), classId, quoted(name), confidence, ...boxXyxy].join(','),
    ),
  );
  return [COLUMNS, ...lines].map((line) => `${line}\r\n`).join('');
}

/**
 * COCO's object detection format: an image for each frame, boxes as left, top, width and height, class ids as the
 * model's.
 */
export function framesToCoco(source: string, frames: readonly AnalysedFrame[]): string {
  const names = new Map<number, string>();
  const annotations = frames.flatMap(({ frame, detections }) =>
    detections.map(({ classId, name, confidence, boxXyxy: [left, top, right, bottom] }) => {
      names.set(classId, name);
      const [width, height] = [right - left, bottom - top];
      const box = { bbox: [left, top, width, height], area: width * height, iscrowd: 0 };
      return { image_id: frame, category_id: classId, ...box, score: confidence };
    }),
  );
  return JSON.stringify({
    info: { description: `Objects found in ${source}` },
    images: frames.map(({ frame, timeMs, width, height }) => {
      return { id: frame, file_name: source, width, height, frame, time_ms: timeMs };
    }),
    categories: [...names].sort(([a], [b]) => a - b).map(([id, name]) => ({ id, name })),
    annotations: annotations.map((annotation, index) => ({ id: index + 1, ...annotation })),
  });
}

function timeStamp(timeMs: number): string {
  const whole = Math.round(timeMs);
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1_000) % 60].map(
    Math.floor,
  );
  const pad = (value = 0, length = 2) => String(value).padStart(length, '0');
  return `${hours}:${pad(minutes)}:${pad(seconds)}.${pad(whole % 1_000, 3)}`;
}

/** Class names are the model's: any text. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
