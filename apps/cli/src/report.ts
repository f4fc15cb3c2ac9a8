import type { Answer } from './detect.ts';
import type { Picture } from './read-pictures.ts';

/** Where lines go; both ends of a terminal in the program, arrays in tests. */
export interface Lines {
  /** Standard output. */
  print(line: string): void;
  /** Standard error. */
  warn(line: string): void;
}

/** Tells what happens, as it happens. */
export interface Report {
  sent(picture: Picture): void;
  answered(answer: Answer): void;
  /** An input that gave nothing, or no more. */
  failed(source: string, message: string): void;
}

/** Lines for people: what was sent and what was found, interleaved as it comes. */
export function createTextReport({ print, warn }: Lines): Report {
  return {
    sent: (picture) => print(`sent ${nameOf(picture)}`),
    answered({ picture, result }) {
      const names = Map.groupBy(result.object, ({ name }) => name);
      const counts = Array.from(names, ([name, boxes]) => `${boxes.length} ${name}`);
      print(`${nameOf(picture)}: ${counts.join(', ') || 'nothing'}`);
    },
    failed: (source, message) => warn(`${source}: ${message}`),
  };
}

/** One JSON object a line for each answer, as the contract has it; the rest goes to standard error. */
export function createJsonReport({ print, warn }: Lines): Report {
  return {
    sent() {},
    answered({ picture: { source, frame, timeMs }, result }) {
      const { width, height } = result;
      const predictions = result.object.map(({ name, classId, confidence, xmin, ymin, xmax, ymax }) => {
        return { name, classId, confidence, xmin, ymin, xmax, ymax };
      });
      print(JSON.stringify({ source, frame, timeMs, width, height, predictions }));
    },
    failed: (source, message) => warn(`${source}: ${message}`),
  };
}

/** "frame 24 of clip.mp4", or a picture's own name. */
export function nameOf({ source, frame, raw }: Picture): string {
  return raw ? `frame ${frame} of ${source}` : source;
}
