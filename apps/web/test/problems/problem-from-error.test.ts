import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { problemFromError } from '../../src/problems/problem-from-error.ts';

const URL = 'http://localhost:8080';

describe('problemFromError', () => {
  it.each([
    [Code.InvalidArgument, 'This file cannot be searched', false],
    [Code.Unauthenticated, 'You are signed out', true],
    [Code.ResourceExhausted, 'Too much for the server', true],
    [Code.Unavailable, 'The server is not ready', true],
    [Code.DeadlineExceeded, 'The server took too long', true],
    [Code.Internal, 'The server could not finish', true],
    [Code.Unimplemented, 'The server could not finish', true],
  ])('explains code %i', (code, title, canRetry) => {
    const problem = problemFromError(new ConnectError('in its words', code), URL);
    expect(problem).toMatchObject({ title, canRetry, serverSays: 'in its words' });
  });

  it.each([
    'the image has 20000x20000 = 400000000 pixels, MAX_PIXELS allows 200000000',
    'it has 50000000 bytes and is no video; MAX_MESSAGE_BYTES allows 33554432',
  ])('tells a picture that no retry makes smaller: %s', (text) => {
    const problem = problemFromError(new ConnectError(text, Code.ResourceExhausted), URL);
    expect(problem).toMatchObject({ title: 'The picture is too large for this server', canRetry: false });
  });

  it.each([
    'there are 200 uploads already',
    '256 images wait already, MAX_QUEUE allows 256; try again later',
  ])('does not take a full server for a large picture: %s', (text) => {
    const full = new ConnectError(text, Code.ResourceExhausted);
    expect(problemFromError(full, URL)).toMatchObject({ title: 'Too much for the server', canRetry: true });
  });

  it('quotes nobody who said nothing', () => {
    expect(problemFromError(new ConnectError('', Code.Internal), URL)).not.toHaveProperty('serverSays');
  });

  it('knows a file that has gone', () => {
    expect(problemFromError(new DOMException('', 'NotReadableError'), URL).title).toBe(
      'The file cannot be read',
    );
  });
});
