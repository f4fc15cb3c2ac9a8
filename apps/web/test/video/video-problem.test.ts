import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import {
  PictureError,
  problemFromEnd,
  problemFromError,
  problemWithFile,
} from '../../src/video/video-problem.ts';

describe('problemWithFile', () => {
  it.each([
    ['clip.mp4', 'video/mp4', 10, undefined],
    ['clip.avi', '', 10, undefined],
    ['clip.mkv', 'application/octet-stream', 10, undefined],
    ['photo.jpg', 'image/jpeg', 10, 'That is a picture'],
    ['notes.txt', 'text/plain', 10, 'That is not a video'],
    ['empty.mp4', 'video/mp4', 0, 'The file is empty'],
  ])('%s', (name, type, size, title) => expect(problemWithFile({ name, type, size })?.title).toBe(title));

  it.each([
    ['photo.jpg', 'image/jpeg', 'image'],
    ['notes.txt', 'text/plain', undefined],
  ])('says where %s belongs', (name, type, tab) =>
    expect(problemWithFile({ name, type, size: 10 })?.belongsIn).toBe(tab),
  );
});

describe('problemFromError', () => {
  it.each([
    [new DOMException('moved', 'NotReadableError'), 'The file cannot be read', false],
    [new PictureError(), 'That is a picture', false],
    [new ConnectError('MAX_UPLOAD_BYTES', Code.ResourceExhausted), 'Too much for the server', true],
    [new ConnectError('gone', Code.NotFound), 'The server has forgotten the file', true],
    [new ConnectError('who?', Code.Unauthenticated), 'You are signed out', true],
    [new ConnectError('what?', Code.Unimplemented), 'This server takes no videos', true],
    [new ConnectError('oops', Code.Internal), 'The server could not finish', true],
  ])('%s', (error, title, canRetry) => expect(problemFromError(error)).toMatchObject({ title, canRetry }));
});

describe('problemFromEnd', () => {
  const ended = { frames: 0, analysedFrames: 0, timeMs: 0 };
  const error = { code: Code.InvalidArgument, message: 'not a video' };

  it('is none for a file that was read to its end', () => expect(problemFromEnd(ended)).toBeUndefined());

  it('tells a file that breaks off from one that is none', () => {
    expect(problemFromEnd({ ...ended, error })).toMatchObject({
      title: 'This file cannot be analysed',
      serverSays: 'not a video',
    });
    expect(problemFromEnd({ ...ended, analysedFrames: 3, error })?.title).toBe('The video breaks off');
  });
});
