import { Code, ConnectError } from '@connectrpc/connect';
import type { Problem } from '../problems/problem.ts';
import type { AnalysisEnd } from '../uploads/analysis-event.ts';

/** The containers that the server reads, for people. */
export const FORMATS = 'MP4, MOV, WebM, MKV or AVI';

/** The same for a file dialog, which knows some of them by their ending only. */
export const ACCEPT = 'video/*,.mp4,.m4v,.mov,.webm,.mkv,.avi';

/** The server found a picture in what could have been a video by its name. */
export class PictureError extends Error {}

const PICTURE_PROBLEM: Problem = {
  title: 'That is a picture',
  advice: 'Open it in the Image tab.',
  canRetry: false,
  belongsIn: 'image',
};

/** Why a file is not even sent; undefined when it may well be a video. What a file is, the server reads from its bytes. */
export function problemWithFile({
  name,
  size,
  type,
}: Pick<File, 'name' | 'size' | 'type'>): Problem | undefined {
  if (type.startsWith('image/')) {
    return { ...PICTURE_PROBLEM, advice: `${name} was not sent. ${PICTURE_PROBLEM.advice}` };
  }
  if (type !== '' && type !== 'application/octet-stream' && !type.startsWith('video/')) {
    const advice = `${name} was not sent. Choose a video: ${FORMATS}.`;
    return { title: 'That is not a video', advice, canRetry: false };
  }
  if (size === 0)
    return { title: 'The file is empty', advice: `Choose a video: ${FORMATS}.`, canRetry: false };
  return undefined;
}

/** The server does not have all of the file, and the browser did not keep it. */
export const FILE_NEEDED: Problem = {
  title: 'The file is needed once more',
  advice: 'This browser did not keep it. Choose the same file, and it goes on where it was.',
  canRetry: false,
};

/** What a failure means that stays; see runVideo for what it throws. */
export function problemFromError(error: unknown): Problem {
  if (error instanceof PictureError) return PICTURE_PROBLEM;
  if (error instanceof DOMException) {
    return {
      title: 'The file cannot be read',
      advice: 'It may have been moved or changed since it was chosen. Choose it again.',
      canRetry: false,
    };
  }
  const { code, rawMessage } = ConnectError.from(error);
  return { ...problemFromCode(code), ...(rawMessage && { serverSays: rawMessage }) };
}

/** Why a file was not read to its end; undefined when it was. */
export function problemFromEnd({ error, analysedFrames }: AnalysisEnd): Problem | undefined {
  if (!error) return undefined;
  const serverSays = error.message;
  if (analysedFrames > 0) {
    return {
      title: 'The video breaks off',
      advice: 'It could not be read any further. What was found before that is here and good.',
      ...{ serverSays, canRetry: true },
    };
  }
  return { ...problemFromCode(error.code), serverSays };
}

function problemFromCode(code: Code): Problem {
  switch (code) {
    case Code.InvalidArgument:
      return {
        title: 'This file cannot be analysed',
        advice: `It may be damaged, or something else than its name says. The server reads ${FORMATS}.`,
        canRetry: false,
      };
    case Code.ResourceExhausted:
      return {
        title: 'Too much for the server',
        advice: 'Choose a smaller video, remove others that are done, or try again later.',
        canRetry: true,
      };
    case Code.Unauthenticated:
      return {
        title: 'You are signed out',
        advice: 'Sign in, and it goes on by itself.',
        canRetry: true,
        noAnswer: true,
      };
    case Code.NotFound:
      return {
        title: 'The server has forgotten the file',
        advice: 'It keeps files for a while only. Try again to send it once more.',
        canRetry: true,
      };
    case Code.Unimplemented:
      return {
        title: 'This server takes no videos',
        advice: 'It may be older than this page. Bring it up to date.',
        canRetry: true,
      };
    default:
      return {
        title: 'The server could not finish',
        advice: 'Try again; if it stays like this, look into the server’s log.',
        canRetry: true,
      };
  }
}
