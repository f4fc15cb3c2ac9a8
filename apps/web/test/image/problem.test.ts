import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { problemFromError, problemWithFile } from '../../src/image/problem.ts';

const URL = 'http://localhost:8080';

describe('problemWithFile', () => {
  const file = { name: 'photo.jpg', size: 1_000, type: 'image/jpeg' };

  it('lets through what may be a picture', () => {
    expect(problemWithFile(file)).toBeUndefined();
    expect(problemWithFile({ ...file, type: '' })).toBeUndefined();
  });

  it.each([
    [{ name: 'notes.txt', type: 'text/plain' }, 'That is not a picture', 'notes.txt was not sent'],
    [{ size: 0 }, 'The file is empty', 'Choose a JPEG'],
    [{ size: 300e6 }, 'The file is too large', 'It has 300 MB, and more than 256 MB is not sent.'],
  ])('holds back %o', (part, title, advice) => {
    const problem = problemWithFile({ ...file, ...part });
    expect(problem).toMatchObject({ title, canRetry: false });
    expect(problem?.advice).toContain(advice);
  });
});

describe('problemFromError', () => {
  it.each([
    [Code.InvalidArgument, 'This file cannot be searched', false],
    [Code.ResourceExhausted, 'Too much for the server', true],
    [Code.Unavailable, 'The server is not ready', true],
    [Code.DeadlineExceeded, 'The server took too long', true],
    [Code.Internal, 'The server could not finish', true],
    [Code.Unimplemented, 'The server could not finish', true],
  ])('explains code %i', (code, title, canRetry) => {
    const problem = problemFromError(new ConnectError('in its words', code), URL);
    expect(problem).toMatchObject({ title, canRetry, serverSays: 'in its words' });
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
