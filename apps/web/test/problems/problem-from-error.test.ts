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

  it('does not take a full server for a large picture', () => {
    const full = new ConnectError('there are 200 uploads already', Code.ResourceExhausted);
    expect(problemFromError(full, URL).advice).not.toMatch(/^Choose a smaller picture/);
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
