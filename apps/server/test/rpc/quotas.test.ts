import { Code } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { openHttp1, openHttp2, PROTOCOLS } from './connect-clients.ts';
import { collect, createFeed, imageOf, startServer, until, untilSteady } from './harness.ts';
import { writeTokens } from './token-file.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const IDLE_MS = 200;
const bytesOf = (size: number, frame = 1) => ({ ...imageOf(frame), data: new Uint8Array(size) });

describe('requests a second', () => {
  test.each(PROTOCOLS)(
    '%s: single calls beyond them are refused; other tokens are not affected',
    async (protocol) => {
      const { tokens, tokensFile } = writeTokens(['greedy', 'other'], 'requests=0.01');
      const { grpcUrl, detector } = await startServer({ tokensFile });
      detector.answerAll();
      const { predictions } = openHttp2(grpcUrl, protocol);
      const call = (token: string) => predictions.predictSingleImage(imageOf(1), bearer(token));
      await call(tokens.greedy);
      await expect(call(tokens.greedy)).rejects.toMatchObject({
        code: Code.ResourceExhausted,
        rawMessage: expect.stringMatching(/^greedy has used its quota of requests; try again in \d+ ms$/),
      });
      await call(tokens.other);
      expect(detector.jobs.length).toBe(2);
    },
  );

  test('a stream is held back instead', async () => {
    const { tokens, tokensFile } = writeTokens(['slow'], 'requests=0.01');
    const { grpcUrl, detector } = await startServer({ tokensFile, streamIdleTimeoutMs: IDLE_MS });
    detector.answerAll();
    const feed = createFeed<ReturnType<typeof imageOf>>();
    feed.push(imageOf(1), imageOf(2));
    const cancel = new AbortController();
    const options = { ...bearer(tokens.slow), signal: cancel.signal };
    const answers = openHttp2(grpcUrl)
      .predictions.predictMultipleImages(feed, options)
      [Symbol.asyncIterator]();
    await expect(answers.next()).resolves.toMatchObject({ value: { frame: 1 } });
    const second = answers.next();
    // Also for longer than a client may be silent: the wait is of our making.
    await untilSteady(() => detector.jobs.length, IDLE_MS * 3);
    expect(detector.jobs.length).toBe(1);
    cancel.abort();
    await expect(second).rejects.toMatchObject({ code: Code.Canceled });
  });
});

describe('bytes in flight', () => {
  test('single calls beyond them are refused, in every protocol, and count again once others are answered', async () => {
    const { tokens, tokensFile } = writeTokens(['greedy', 'other'], 'bytes=10000');
    const { grpcUrl, httpUrl, detector } = await startServer({ tokensFile });
    const call = (token: string, client = openHttp2(grpcUrl)) =>
      client.predictions.predictSingleImage(bytesOf(6000), bearer(token));
    const first = call(tokens.greedy);
    await until(() => detector.jobs.length === 1);
    const clients = [...PROTOCOLS.map((protocol) => openHttp2(grpcUrl, protocol)), openHttp1(httpUrl)];
    for (const client of clients) {
      await expect(call(tokens.greedy, client)).rejects.toMatchObject({
        code: Code.ResourceExhausted,
        rawMessage:
          'the calls of greedy have 10000 bytes in flight, its quota; try again when some are answered',
      });
    }
    const other = call(tokens.other);
    await until(() => detector.jobs.length === 2);
    detector.answerAll();
    await Promise.all([first, other]);
    await call(tokens.greedy);
  });

  test('a stream waits for its own answers', async () => {
    const { tokens, tokensFile } = writeTokens(['stream'], 'bytes=10000');
    const { grpcUrl, detector } = await startServer({ tokensFile });
    const feed = createFeed<ReturnType<typeof imageOf>>();
    feed.push(...[1, 2, 3].map((frame) => bytesOf(6000, frame)));
    feed.end();
    const answers = openHttp2(grpcUrl).predictions.predictMultipleImages(feed, bearer(tokens.stream));
    const all = collect(answers);
    await untilSteady(() => detector.jobs.length);
    expect(detector.jobs.length).toBe(1);
    detector.answerAll();
    expect((await all).map(({ frame }) => frame)).toEqual([1, 2, 3]);
  });

  test('a cancelled call gives back what it had', async () => {
    const { tokens, tokensFile } = writeTokens(['greedy'], 'bytes=10000');
    const { grpcUrl, detector } = await startServer({ tokensFile });
    const { predictions } = openHttp2(grpcUrl);
    for (let round = 1; round <= 5; round++) {
      const cancel = new AbortController();
      const options = { ...bearer(tokens.greedy), signal: cancel.signal };
      const call = predictions.predictSingleImage(bytesOf(9000), options);
      call.catch(() => {});
      await until(() => detector.jobs.length === round);
      cancel.abort();
      await until(() => detector.jobs.at(-1)?.signal?.aborted === true);
    }
  });
});

describe('turns', () => {
  test.each(['with', 'without'])('the streams of a token are of one caller: %s tokens', async (mode) => {
    const { tokens, tokensFile } = writeTokens(['one', 'other']);
    const { grpcUrl, detector } = await startServer(mode === 'with' ? { tokensFile } : {});
    detector.answerAll();
    for (const token of [tokens.one, tokens.one, tokens.other]) {
      const feed = createFeed<ReturnType<typeof imageOf>>();
      feed.push(imageOf(1));
      feed.end();
      await collect(openHttp2(grpcUrl).predictions.predictMultipleImages(feed, bearer(token)));
    }
    const callers = ['one', 'one', 'other'].map((name) => (mode === 'with' ? name : undefined));
    expect(detector.jobs.map(({ caller }) => caller)).toEqual(callers);
    expect(new Set(detector.announced)).toEqual(new Set(callers));
  });

  test('the single calls of a token are of one caller, on whatever connection', async () => {
    const { tokens, tokensFile } = writeTokens(['one', 'other']);
    const { grpcUrl, detector } = await startServer({ tokensFile });
    const call = (token: string) =>
      openHttp2(grpcUrl).predictions.predictSingleImage(imageOf(1), bearer(token));
    const calls = [tokens.one, tokens.one, tokens.other].map(async (token, index) => {
      await until(() => detector.jobs.length === index);
      return call(token);
    });
    await until(() => detector.jobs.length === calls.length);
    expect(detector.jobs.map(({ caller }) => caller)).toEqual(['one', 'one', 'other']);
    detector.answerAll();
    await Promise.all(calls);
  });
});
