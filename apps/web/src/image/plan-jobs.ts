import { isSaidToBePicture } from './picture-file.ts';

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
export function planJobs<T extends { readonly file: Pick<File, 'size' | 'type'> }>(
  pictures: readonly T[],
): readonly JobPlan<T>[] {
  if (pictures.length > FEW) return inBatches(pictures);
  // What may be a video goes in pieces, too: only that way the server says that it is one.
  const isSingle = ({ file }: T) => file.size <= SMALL_BYTES && isSaidToBePicture(file);
  const singles = pictures.filter(isSingle).map((picture) => ({ inPieces: false, members: [picture] }));
  return [...singles, ...inBatches(pictures.filter((picture) => !isSingle(picture)))];
}

function inBatches<T>(pictures: readonly T[]): readonly JobPlan<T>[] {
  return Array.from({ length: Math.ceil(pictures.length / BATCH) }, (_, index) => ({
    inPieces: true,
    members: pictures.slice(index * BATCH, (index + 1) * BATCH),
  }));
}
