import type { Detection } from './detection.ts';

/** 0 to 1 as whole percent ("87%"), never rounded up to certainty. */
export function formatConfidence(confidence: number): string {
  return `${Math.min(Math.round(confidence * 100), confidence < 1 ? 99 : 100)}%`;
}

/** What is written on a box: "person 87%". */
export function labelText({ name, confidence }: Detection): string {
  return `${name} ${formatConfidence(confidence)}`;
}

/** "5 objects", "1 object", "No objects". */
export function countObjects(count: number): string {
  if (count === 0) return 'No objects';
  return count === 1 ? '1 object' : `${count.toLocaleString('en')} objects`;
}

/** How many of each class, the most frequent first: "4 × person, 1 × bus". */
export function tallyByClass(detections: readonly Detection[]): string {
  const counts = new Map<string, number>();
  for (const { name } of detections) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}

/** A box's size and place in whole pixels: "120 × 80 px at 14, 30". */
export function formatBox({ boxXyxy: [left, top, right, bottom] }: Detection): string {
  const [width, height, x, y] = [right - left, bottom - top, left, top].map(Math.round);
  return `${width} × ${height} px at ${x}, ${y}`;
}
