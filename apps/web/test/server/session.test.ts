import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetSession, isSignedIn, signIn, signOut } from '../../src/server/session.ts';

const SERVER = 'http://localhost:8080';

function answer(response: () => Response | Promise<Response>) {
  vi.stubGlobal('fetch', async () => response());
}

afterEach(() => {
  forgetSession();
  vi.unstubAllGlobals();
});

const done = () => new Response(null, { status: 204 });
const refused = () => Response.json({ message: 'this page is not listed' }, { status: 403 });
const unknown = () => new Response(null, { status: 404 });
const away = () => Promise.reject(new TypeError('Failed to fetch'));

describe('signing in and out', () => {
  it('is remembered as far as the server went along', async () => {
    answer(done);
    expect(await signIn(SERVER, 'token')).toBeUndefined();
    expect(isSignedIn()).toBe(true);
    expect(await signOut(SERVER)).toBeUndefined();
    expect(isSignedIn()).toBe(false);
  });

  it.each([
    ['refuses', refused, 'this page is not listed'],
    ['does not know the way', unknown, 'the server answered with status 404'],
    ['does not answer', away, 'the server did not answer'],
  ])('changes nothing where the server %s', async (_, response, why) => {
    answer(response);
    expect(await signIn(SERVER, 'token')).toBe(why);
    expect(isSignedIn()).toBe(false);
    answer(done);
    await signIn(SERVER, 'token');
    answer(response);
    expect(await signOut(SERVER)).toBe(why);
    expect(isSignedIn()).toBe(true);
  });

  it.each([
    [
      'https:',
      'http://localhost:8080',
      'browsers keep the cookie only where page and server are both opened by https',
    ],
    [
      'http:',
      'https://localhost:8080',
      'browsers keep the cookie only where page and server are both opened by https',
    ],
    ['http:', 'http://localhost:8080', 'this browser keeps no cookie of the server'],
  ])('says so where a page by %s does not keep the cookie of %s', async (protocol, server, why) => {
    vi.stubGlobal('location', { protocol });
    vi.stubGlobal('fetch', async (_: string, { method }: RequestInit) =>
      method === 'POST' ? done() : Response.json({ code: 'unauthenticated' }, { status: 401 }),
    );
    expect(await signIn(server, 'token')).toBe(why);
    expect(isSignedIn()).toBe(false);
  });
});
