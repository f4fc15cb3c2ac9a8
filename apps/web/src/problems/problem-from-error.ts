import { Code, ConnectError } from '@connectrpc/connect';
import { isNoAnswer } from '../server/transport.ts';
import type { Problem } from './problem.ts';

/** What a failed call means: a DOMException for a file that cannot be read, else a ConnectError. */
export function problemFromError(error: unknown, serverUrl: string): Problem {
  if (error instanceof DOMException) {
    return {
      title: 'The file cannot be read',
      advice: 'It may have been moved or changed since it was chosen. Choose it again.',
      canRetry: false,
    };
  }
  if (isNoAnswer(error)) return noAnswer(serverUrl);
  const { code, rawMessage } = ConnectError.from(error);
  const isTooLarge = code === Code.ResourceExhausted && SIZE_LIMITS.test(rawMessage);
  return {
    ...(isTooLarge ? TOO_LARGE : problemFromCode(code)),
    ...(rawMessage && { serverSays: rawMessage }),
  };
}

/** By their names in the server's words: a picture beyond one of them is never let in. */
const SIZE_LIMITS = /\bMAX_(PIXELS|MESSAGE_BYTES)\b/;

const TOO_LARGE: Problem = {
  title: 'The picture is too large for this server',
  advice: 'Make it smaller, and choose it again.',
  canRetry: false,
};

function noAnswer(serverUrl: string): Problem {
  if (globalThis.navigator?.onLine === false) {
    const advice = 'The file is kept, and searched once there is a network again.';
    return { title: 'This device is offline', advice, canRetry: true, noAnswer: true };
  }
  const advice = `Nothing came back from ${serverUrl}. The file is kept, and searched once the server is back.`;
  return { title: 'The server did not answer', advice, canRetry: true, noAnswer: true };
}

function problemFromCode(code: Code): Problem {
  switch (code) {
    case Code.InvalidArgument:
      return {
        title: 'This file cannot be searched',
        advice: 'It may be damaged, or something else than its name says.',
        canRetry: false,
      };
    case Code.Unauthenticated:
      return {
        title: 'You are signed out',
        advice: 'The file is kept, and searched once you are signed in.',
        canRetry: true,
        noAnswer: true,
      };
    case Code.ResourceExhausted:
      return {
        title: 'Too much for the server',
        advice:
          'It is busy, or has reached a limit. Try again later; fewer or smaller pictures may also help.',
        canRetry: true,
      };
    case Code.Unavailable:
      return {
        title: 'The server is not ready',
        advice: 'The file is kept, and searched once the server is.',
        canRetry: true,
        noAnswer: true,
      };
    case Code.DeadlineExceeded:
      return { title: 'The server took too long', advice: 'Try again in a moment.', canRetry: true };
    default:
      return {
        title: 'The server could not finish',
        advice: 'Try again; if it stays like this, look into the server’s log.',
        canRetry: true,
      };
  }
}
