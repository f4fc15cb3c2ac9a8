/** Boxes that passed the confidence threshold, not yet suppressed. All arrays have one entry (or four) per box. */
export interface Candidates {
  /** `[n, 4]`, in pixels of the network's input. */
  readonly boxesXyxy: Float32Array<ArrayBuffer>;
  /** Objectness times class score, 0 to 1. */
  readonly confidences: Float32Array<ArrayBuffer>;
  readonly classIds: Int32Array<ArrayBuffer>;
}

/**
 * Reads the boxes worth keeping out of the network's output: each takes its best class, as the reference does
 * when it serves (`non_max_suppression` without `multi_label`).
 *
 * @param output `[rows, 5 + classCount]`: centre x, centre y, width, height, objectness, class scores
 * @param confidence only boxes above it are kept, 0 to 1
 * @param classIds only boxes whose best class is among these are kept; absent means all
 */
export function readCandidates(
  output: Float32Array | Float16Array,
  classCount: number,
  confidence: number,
  classIds?: ReadonlySet<number>,
): Candidates {
  const boxes: number[] = [];
  const confidences: number[] = [];
  const classes: number[] = [];
  const rowLength = 5 + classCount;
  for (let row = 0; row < output.length; row += rowLength) {
    const objectness = output[row + 4] as number;
    // No class score is above 1, so this decides most rows after one number.
    if (!(objectness > confidence)) continue;
    let bestClass = 0;
    let bestScore = -1;
    for (let c = 0; c < classCount; c++) {
      const score = Math.fround(objectness * (output[row + 5 + c] as number));
      if (score > bestScore) {
        bestScore = score;
        bestClass = c;
      }
    }
    if (!(bestScore > confidence) || (classIds && !classIds.has(bestClass))) continue;
    const [x = 0, y = 0, width = 0, height = 0] = output.subarray(row, row + 4);
    boxes.push(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    confidences.push(bestScore);
    classes.push(bestClass);
  }
  return {
    boxesXyxy: Float32Array.from(boxes),
    confidences: Float32Array.from(confidences),
    classIds: Int32Array.from(classes),
  };
}
