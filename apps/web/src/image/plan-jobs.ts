/** Pictures that are searched together. */
export interface JobPlan<T> {
  /** Whether they are sent in pieces and answered by one stream; else it is one picture, by one call. */
  readonly inPieces: boolean;
  readonly members: readonly T[];
}

/** Larger files go in pieces: what is lost of them on a bad line is a piece, and the page can tell how far it has come. */
export const SMALL_BYTES = 4e6;

/** So many small ones are still asked for one by one; more share a stream. */
export const FEW = 8;

/** How many share a stream. */
export const BATCH = 24;

/** Decides which pictures are asked for by a call of their own and which share a stream, in their order. */
export function planJobs<T extends { readonly file: Pick<File, 'size'> }>(
  pictures: readonly T[],
): readonly JobPlan<T>[] {
  const small = pictures.filter(({ file }) => file.size <= SMALL_BYTES);
  if (pictures.length > FEW) return inBatches(pictures);
  const singles = small.map((picture) => ({ inPieces: false, members: [picture] }));
  const large = pictures.filter(({ file }) => file.size > SMALL_BYTES);
  return [...singles, ...inBatches(large)];
}

function inBatches<T>(pictures: readonly T[]): readonly JobPlan<T>[] {
  return Array.from({ length: Math.ceil(pictures.length / BATCH) }, (_, index) => ({
    inPieces: true,
    members: pictures.slice(index * BATCH, (index + 1) * BATCH),
  }));
}
