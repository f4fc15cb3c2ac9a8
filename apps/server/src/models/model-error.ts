import { isDiskFull } from '../disk-full.ts';

/**
 * What people are told when a model cannot be had or cannot be used. The message is one line: it names the file
 * or the setting, what was found, and what would be right.
 */
export class ModelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
  }
}

/** The message of whatever was thrown, on one line. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${message}${cause}`.replace(/\s+/g, ' ').trim();
}

/** Of a failure to write what is kept in `MODEL_DIR`. @param what could not be done, with the path */
export function storageError(what: string, cause: unknown): ModelError {
  const wrong = isDiskFull(cause) ? 'the disk that MODEL_DIR is on is full' : 'MODEL_DIR has to be writable';
  return new ModelError(`${wrong}: ${what}: ${reasonOf(cause)}`, { cause });
}
