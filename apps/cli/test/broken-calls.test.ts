// Calls that break and images that fail on the way: what is asked again, how often, and in which order it comes out.
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, ConnectError, createRouterTransport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { detect } from '../src/detect.ts';
import { isPassing, Patience } from '../src/patience.ts';
import type { Picture } from '../src/read-pictures.ts';

const PICTURES = 9;

/** Pictures of one byte each, their number; counted as they are read. */
function album() {
  const read: number[] = [];
  async function* pictures(): AsyncGenerator<Picture> {
    for (let number = 1; number <= PICTURES; number++) {
      read.push(number);
      yield { source: `${number}`, frame: 1, timeMs: 0, expected: 1, data: Uint8Array.of(number) };
    }
  }
  return { read, pictures: pictures() };
}

/** Runs a client against a server that does `fault` with the numbers of images it gets. */
async function run(
  fault: (image: number, call: number) => 'unavailable' | 'cut' | 'ended' | 'last' | undefined,
  waitMs = 60_000,
) {
  let calls = 0;
  const asked: number[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(MlPredictions, {
      async *predictMultipleImages(images) {
        const call = ++calls;
        for await (const { frame, data } of images) {
          const image = data[0] ?? 0;
          asked.push(image);
          const wrong = fault(image, call);
          if (wrong === 'cut') throw new ConnectError('the server is shutting down', Code.Unavailable);
          if (wrong === 'ended') return;
          if (wrong === 'unavailable')
            yield { frame, error: { code: Code.Unavailable, message: 'the worker died' } };
          else yield { frame, width: image };
          if (wrong === 'last') return;
        }
      },
    });
  });
  const { read, pictures } = album();
  const { signal } = new AbortController();
  const losses: string[] = [];
  const sent: string[] = [];
  const patience = new Patience({ waitMs, signal, onLoss: ({ rawMessage }) => losses.push(rawMessage) });
  const answers: string[] = [];
  const error = await (async () => {
    for await (const { picture, result } of detect(transport, pictures, {
      ...{ detection: {}, signal, patience, maxMessageBytes: Number.POSITIVE_INFINITY },
      onSent: ({ source }) => sent.push(source),
      onRefused: () => {},
    })) {
      answers.push(result.error ? `${picture.source} failed` : `${picture.source} ${result.width}`);
    }
  })().catch((thrown: unknown) => thrown);
  return { error, calls, asked, read, sent, answers, losses };
}

const ALL = Array.from({ length: PICTURES }, (_, index) => index + 1);
const good = (numbers: number[]) => numbers.map((number) => `${number} ${number}`);

test('a call that breaks again and again: each picture is read once, and answered once, in order', async () => {
  const cuts = [3, 3, 7];
  const end = await run((image, call) => (cuts[call - 1] === image ? 'cut' : undefined));
  expect(end).toMatchObject({ error: undefined, calls: 4, read: ALL, answers: good(ALL) });
  expect(end.sent).toEqual(ALL.map(String));
  // The second cut came before anything was answered: still the same loss.
  expect(end.losses).toEqual(Array(2).fill('the server is shutting down'));
});

test.each(['ended', 'last'] as const)(
  'a call that the server ends as if all were well, before all is answered (%s), is made again',
  async (fault) => {
    const end = await run((image, call) => (image === 4 && call === 1 ? fault : undefined));
    const losses = ['the server ended the call before all was answered'];
    expect(end).toMatchObject({ error: undefined, calls: 2, read: ALL, answers: good(ALL), losses });
  },
);

test('an image whose worker died is asked again, and those behind it come behind it', async () => {
  const end = await run((image, call) => (image === 4 && call === 1 ? 'unavailable' : undefined));
  expect(end).toMatchObject({
    error: undefined,
    calls: 2,
    read: ALL,
    answers: good(ALL),
    losses: ['the worker died'],
  });
});

test('one that kills every worker is given up, and the others are answered', async () => {
  const end = await run((image) => (image === 4 ? 'unavailable' : undefined));
  const answers = good(ALL);
  answers[3] = '4 failed';
  expect(end).toMatchObject({ error: undefined, read: ALL, answers });
  expect(end.asked.filter((image) => image === 4)).toHaveLength(4);
});

test('without patience the first loss ends it', async () => {
  const end = await run((image) => (image === 2 ? 'cut' : undefined), 0);
  expect(end).toMatchObject({ calls: 1, answers: good([1]), losses: [] });
  expect(end.error).toMatchObject({ code: Code.Unavailable });
});

/** As connect-node tells what Node has told. */
function lostBy(code: string): ConnectError {
  const cause = Object.assign(new Error(`write ${code}`), { code });
  return new ConnectError(cause.message, Code.Internal, undefined, undefined, cause);
}

test.each([
  [new ConnectError('x', Code.Unavailable), true],
  [new ConnectError('read ECONNRESET', Code.Aborted), true],
  [new ConnectError('http/2 stream closed with error code CANCEL (0x8)', Code.Canceled), true],
  [new ConnectError('protocol error: missing status', Code.Internal), true],
  [new ConnectError('Stream closed with error code NGHTTP2_REFUSED_STREAM', Code.Internal), true],
  [lostBy('EPIPE'), true],
  [lostBy('ERR_ASSERTION'), false],
  [new ConnectError('internal', Code.Internal), false],
  [new ConnectError('x', Code.ResourceExhausted), false],
  [new ConnectError('x', Code.InvalidArgument), false],
  [new Error('x'), false],
])('%s may pass: %s', (error, expected) => {
  expect(isPassing(error)).toBe(expected);
});
