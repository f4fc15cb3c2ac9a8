import type { Problem } from '../problems/problem.ts';
import { FORMATS, formatBytes, isClearlyNoPicture, isUnreadFormat, MAX_BYTES } from './picture-file.ts';

/** The server found a video in what could have been a picture by its name. */
export class VideoError extends Error {}

/** The server has no room for an upload, or takes none at all, as its `cause` says. */
export class UploadRefusedError extends Error {
  constructor(options: { readonly cause: unknown }) {
    super('the server takes no upload', options);
  }
}

/** What a VideoError means to whoever chose the file. */
export const VIDEO_PROBLEM: Problem = {
  title: 'That is a video',
  advice: 'Open it in the Video tab.',
  canRetry: false,
  belongsIn: 'video',
};

/** Why a file is not even sent; undefined when it may well be a picture. */
export function problemWithFile(file: Pick<File, 'name' | 'size' | 'type'>): Problem | undefined {
  if (file.type.startsWith('video/')) {
    return { ...VIDEO_PROBLEM, advice: `${file.name} was not sent. ${VIDEO_PROBLEM.advice}` };
  }
  if (isClearlyNoPicture(file) || isUnreadFormat(file)) {
    const title = isUnreadFormat(file) ? 'That format is not read' : 'That is not a picture';
    return { title, advice: `${file.name} was not sent. Choose a ${FORMATS} file.`, canRetry: false };
  }
  if (file.size === 0) {
    return { title: 'The file is empty', advice: `Choose a ${FORMATS} file.`, canRetry: false };
  }
  if (file.size > MAX_BYTES) {
    const advice = `It has ${formatBytes(file.size)}, and more than ${formatBytes(MAX_BYTES)} is not sent.`;
    return { title: 'The file is too large', advice, canRetry: false };
  }
  return undefined;
}
