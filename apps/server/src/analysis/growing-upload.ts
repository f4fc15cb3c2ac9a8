import { orAbort } from '../flow/or-abort.ts';
import type { UploadReader } from '../uploads/upload.ts';

/** Resolves when the first `bytes` of the file are there, or all of a shorter one. @throws the signal's reason */
export async function untilCommitted(
  upload: UploadReader,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  while (upload.committedBytes < Math.min(bytes, upload.sizeBytes)) await orAbort(upload.grown(), signal);
}
