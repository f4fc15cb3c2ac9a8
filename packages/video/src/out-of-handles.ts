import { errorCode } from './error-code.ts';

/** Whether the system has no file descriptor left for us (or for anybody): no fault of the file that was to be read. */
export function isOutOfHandles(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes(errorCode(error) ?? '');
}

/** The error of a process that could not be started for want of them: Node gives it no pipes, and tells it later. */
export function outOfHandles(command: string): Error {
  return Object.assign(new Error(`EMFILE: too many open files, spawn ${command}`), { code: 'EMFILE' });
}
