import { errorCode } from '@boxwire/video/error-code';

const CODES = ['ENOSPC', 'EDQUOT'];

/** Whether something could not be written for want of room, on the disk or in a quota. */
export function isDiskFull(error: unknown): boolean {
  return CODES.includes(errorCode(error) ?? '');
}
