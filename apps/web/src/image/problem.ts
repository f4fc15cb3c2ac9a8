import { Code, ConnectError } from '@connectrpc/connect';
import { isNoAnswer } from '../server/transport.ts';
import { FORMATS, formatBytes, isClearlyNoPicture, MAX_BYTES } from './picture-file.ts';

/** Why a picture was not searched, in words for the person who chose it. */
export interface Problem {
  readonly title: string;
  /** What to do next. */
  readonly advice: string;
  /** The server's own words, where they help. */
  readonly serverSays?: string;
  /** Whether the same picture may work at another try. */
  readonly canRetry: boolean;
}

/** Why a file is not even sent; undefined when it may well be a picture. */
export function problemWithFile(file: Pick<File, 'name' | 'size' | 'type'>): Problem | undefined {
  if (isClearlyNoPicture(file)) {
    const advice = `${file.name} was not sent. Choose a ${FORMATS} file.`;
    return { title: 'That is not a picture', advice, canRetry: false };
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

/** What a failed attempt means; see predictImage for what it throws. */
export function problemFromError(error: unknown, serverUrl: string): Problem {
  if (error instanceof DOMException) {
    return {
      title: 'The file cannot be read',
      advice: 'It may have been moved or changed since it was chosen. Choose it again.',
      canRetry: false,
    };
  }
  if (isNoAnswer(error)) {
    return {
      title: 'The server did not answer',
      advice: `Nothing came back from ${serverUrl}. The picture is kept: try again once the server is reachable.`,
      canRetry: true,
    };
  }
  const { code, rawMessage } = ConnectError.from(error);
  return { ...problemFromCode(code), ...(rawMessage && { serverSays: rawMessage }) };
}

function problemFromCode(code: Code): Problem {
  switch (code) {
    case Code.InvalidArgument:
      return {
        title: 'This file cannot be searched',
        advice: 'It may be damaged, or something else than its name says.',
        canRetry: false,
      };
    case Code.ResourceExhausted:
      return {
        title: 'Too much for the server',
        advice: 'Choose a smaller picture, or try again when the server is less busy.',
        canRetry: true,
      };
    case Code.Unavailable:
      return { title: 'The server is not ready', advice: 'Try again in a moment.', canRetry: true };
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
