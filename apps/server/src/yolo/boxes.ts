/** The area that two boxes share over the area that they cover together, 0 to 1. Boxes are xyxy at index `i` and `j` of `boxesXyxy` `[n, 4]`. */
export function intersectionOverUnion(boxesXyxy: Float32Array, i: number, j: number): number {
  const a = i * 4;
  const b = j * 4;
  const ax1 = boxesXyxy[a] as number;
  const ay1 = boxesXyxy[a + 1] as number;
  const ax2 = boxesXyxy[a + 2] as number;
  const ay2 = boxesXyxy[a + 3] as number;
  const bx1 = boxesXyxy[b] as number;
  const by1 = boxesXyxy[b + 1] as number;
  const bx2 = boxesXyxy[b + 2] as number;
  const by2 = boxesXyxy[b + 3] as number;
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1);
  const height = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - intersection);
}
