import {
  AnalyzeRequestSchema,
  MediaInfo_Kind as Kind,
  AnalysisProgress_Stage as Stage,
} from '@boxwire/proto/boxwire/v1/analysis_service';
import { create } from '@bufbuild/protobuf';
import { Code, type HandlerContext } from '@connectrpc/connect';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { writeAvi } from '../../../../packages/video/test/avi.ts';
import { ANYBODY } from '../../src/access/caller.ts';
import { createLog } from '../../src/log.ts';
import { createAnalysisService } from '../../src/rpc/analysis-service.ts';
import { type Call, callValues } from '../../src/rpc/call.ts';
import type { ServingState } from '../../src/rpc/serving-state.ts';
import { startAnalyzer } from '../analysis/harness.ts';
import { openHttp1, openHttp2, PROTOCOLS } from './connect-clients.ts';
import { MODEL } from './fake-detector.ts';
import { collect, startServer, until, untilSteady } from './harness.ts';
import { writeTokens } from './token-file.ts';

type Clients = ReturnType<typeof openHttp2>;

/** Uploads a whole file. */
async function upload({ uploads }: Clients, name: string, bytes: Uint8Array): Promise<string> {
  const { upload } = await uploads.createUpload({ name, sizeBytes: BigInt(bytes.length) });
  const { id = '' } = upload ?? {};
  await uploads.putPiece({ id, offsetBytes: 0n, data: bytes });
  await uploads.finishUpload({ id });
  return id;
}

async function begin(overrides = {}) {
  const harness = await startServer(overrides);
  harness.detector.answerAll();
  return { ...harness, clients: openHttp2(harness.grpcUrl) };
}

test('a video and a picture, one after the other', async () => {
  const { clients, detector } = await begin();
  const clip = await writeAvi({ width: 96, height: 64, frames: 50, framesPerSecond: 10 });
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const uploadIds = [await upload(clients, 'clip.avi', clip), await upload(clients, 'photo.jpg', picture)];
  const all = await collect(clients.analysis.analyze({ uploadIds }));
  const told = all.filter(({ event }) => event.case !== 'progress');
  const model = MODEL.name;
  expect(all[0]).toMatchObject({ event: { case: 'progress' } });
  expect(told).toMatchObject([
    {
      ...{ uploadIndex: 0, sequence: 0n },
      event: {
        case: 'media',
        value: {
          kind: Kind.VIDEO,
          width: 96,
          height: 64,
          codec: 'mjpeg',
          declaredFrames: 50n,
          declaredMs: 5000,
          model,
        },
      },
    },
    {
      ...{ uploadIndex: 0, sequence: 1n },
      event: {
        case: 'frame',
        value: { frame: 24n, timeMs: 2300, width: 96, detections: [{ name: 'bottle', xmax: 96 }] },
      },
    },
    { sequence: 2n, event: { case: 'frame', value: { frame: 48n, timeMs: 4700, height: 64 } } },
    {
      sequence: 3n,
      event: { case: 'summary', value: { frames: 50n, analysedFrames: 2n, timeMs: 4900 } },
    },
    {
      ...{ uploadIndex: 1, sequence: 0n },
      event: {
        case: 'media',
        value: { kind: Kind.PICTURE, width: 30, height: 40, rotation: 90, codec: 'jpeg', model },
      },
    },
    { sequence: 4n, event: { case: 'frame', value: { frame: 1n, timeMs: 0 } } },
    { sequence: 5n, event: { case: 'summary', value: { frames: 1n, analysedFrames: 1n } } },
  ]);
  expect(detector.jobs.map(({ admission, image }) => [admission, image.mode])).toEqual([
    ['patient', 'RGB'],
    ['patient', 'RGB'],
    ['patient', ''],
  ]);
  const stages = all.map(({ event }) => event.case === 'progress' && event.value.stage);
  expect(stages).toContain(Stage.ANALYSING);
});

test('small pictures of a video’s frames, for callers that ask for them', async () => {
  const { clients } = await begin();
  const clip = await writeAvi({ width: 96, height: 64, frames: 3, framesPerSecond: 10 });
  const uploadIds = [await upload(clients, 'clip.avi', clip)];
  const asked = { uploadIds, frames: { case: 'everyNth', value: 1 } } as const;
  for (const [thumbnailSide, width] of [
    [48, 48],
    [1_280, 96],
  ]) {
    const all = await collect(clients.analysis.analyze({ ...asked, thumbnailSide: thumbnailSide ?? 0 }));
    const pictures = all.flatMap(({ event }) => (event.case === 'frame' ? [event.value.thumbnail] : []));
    expect(pictures).toHaveLength(3);
    for (const picture of pictures) {
      expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg', width });
    }
  }
  const without = await collect(clients.analysis.analyze(asked));
  for (const { event } of without) {
    if (event.case === 'frame') expect(event.value.thumbnail).toHaveLength(0);
  }
});

test('a call that was cut off while an answer was written, and is never resumed, gives its turn to others', async () => {
  const { begin, analyzer, store, detector } = startAnalyzer({ maxAnalyses: 1 });
  const state = { detector: () => detector } as unknown as ServingState;
  const { analyze } = createAnalysisService(state, { analyzer, uploads: store, maxCalls: 2 });
  const { id } = await begin(await writeAvi({ width: 96, height: 64, frames: 10 }));
  const request = create(AnalyzeRequestSchema, { uploadIds: [id], frames: { case: 'everyNth', value: 1 } });
  const values = callValues({
    log: createLog({ logLevel: 'silent', logFormat: 'json' }),
    caller: ANYBODY,
    request: {},
  } as unknown as Call);
  const cut = new AbortController();
  const contextOf = (signal: AbortSignal) => ({ signal, values }) as HandlerContext;
  const events = analyze(request, contextOf(cut.signal))[Symbol.asyncIterator]();
  const next = async () => (await events.next()).value?.event?.case;
  while ((await next()) !== 'frame') {}
  // All that may be ahead is ready: nothing waits that a signal could end.
  await untilSteady(() => detector.jobs.length);
  cut.abort(new Error('cut off'));
  const all = await collect(analyze(request, contextOf(new AbortController().signal)));
  expect(all.at(-1)).toMatchObject({ event: { case: 'summary', value: { analysedFrames: 10n } } });
  await expect(events.next()).rejects.toThrow('cut off');
});

test.each([
  ...PROTOCOLS.map((protocol) => [`${protocol} over HTTP/2`, protocol, false] as const),
  ['grpc-web over HTTP/1.1', 'grpc-web', true],
  ['connect over HTTP/1.1', 'connect', true],
] as const)('%s', async (_name, protocol, isOld) => {
  const { grpcUrl, httpUrl } = await begin();
  const clients = isOld && protocol !== 'grpc' ? openHttp1(httpUrl, protocol) : openHttp2(grpcUrl, protocol);
  const clip = await writeAvi({ width: 96, height: 64, frames: 10 });
  const id = await upload(clients, 'clip.avi', clip);
  const frames = { case: 'everyNth', value: 5 } as const;
  const all = await collect(clients.analysis.analyze({ uploadIds: [id], frames, afterSequence: 1n }));
  const told = all.filter(({ sequence }) => sequence > 0n);
  expect(told).toMatchObject([
    { sequence: 2n, event: { case: 'frame', value: { frame: 10n } } },
    { sequence: 3n, event: { case: 'summary', value: { frames: 10n, analysedFrames: 2n } } },
  ]);
});

test.each([
  [
    'too small a picture',
    { uploadIds: ['x'], thumbnailSide: 15 },
    Code.InvalidArgument,
    /thumbnail_side is 15, allowed are 16 to 1280/,
  ],
  [
    'too large a picture',
    { uploadIds: ['x'], thumbnailSide: 1281 },
    Code.InvalidArgument,
    /thumbnail_side is 1281, allowed are 16 to 1280/,
  ],
  ['no upload', {}, Code.InvalidArgument, /upload_ids has 0 entries/],
  [
    'too many uploads',
    { uploadIds: Array.from({ length: 1001 }, (_, index) => `${index}`) },
    Code.InvalidArgument,
    /upload_ids has 1001 entries, allowed are 1 to 1000/,
  ],
  [
    'an upload twice',
    { uploadIds: ['x', 'y', 'x'] },
    Code.InvalidArgument,
    /upload_ids names an upload twice/,
  ],
  [
    'every 0th',
    { uploadIds: ['x'], frames: { case: 'everyNth', value: 0 } },
    Code.InvalidArgument,
    /every_nth is 0/,
  ],
  [
    'every -1 s',
    { uploadIds: ['x'], frames: { case: 'everySeconds', value: -1 } },
    Code.InvalidArgument,
    /every_seconds is -1/,
  ],
  [
    'a sequence below 0',
    { uploadIds: ['x'], afterSequence: -1n },
    Code.InvalidArgument,
    /after_sequence is -1/,
  ],
  ['an unknown upload', { uploadIds: ['x'] }, Code.NotFound, /no such upload/],
] as const)('%s is refused', async (_name, request, code, message) => {
  const { clients } = await begin();
  const call = collect(clients.analysis.analyze(request as Parameters<typeof clients.analysis.analyze>[0]));
  await expect(call).rejects.toMatchObject({ code, rawMessage: expect.stringMatching(message) });
});

test('no more calls than so many on one upload, of one caller and of all, until some have ended', async () => {
  const { tokens, tokensFile } = writeTokens(['one', 'two', 'three']);
  const { grpcUrl, lines } = await startServer({ tokensFile, maxAnalyzeCalls: 80 });
  const clients = openHttp2(grpcUrl);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const announce = async (token: string) => {
    const options = { headers: { authorization: `Bearer ${token}` }, signal: stop.signal };
    const { upload } = await clients.uploads.createUpload({ name: 'a.avi', sizeBytes: 1000n }, options);
    const uploadIds = [upload?.id ?? ''];
    return () => clients.analysis.analyze({ uploadIds }, options)[Symbol.asyncIterator]().next();
  };
  const begin = async (token: string, counts: readonly number[]) => {
    for (const count of counts) {
      const analyze = await announce(token);
      await Promise.all(Array.from({ length: count }, analyze));
    }
  };
  const refused = (rawMessage: string) => ({
    code: Code.ResourceExhausted,
    rawMessage: `too much is analysed: ${rawMessage} Analyze calls at once`,
  });
  const analyze = await announce(tokens.one);
  await Promise.all(Array.from({ length: 16 }, analyze));
  await expect(analyze()).rejects.toMatchObject(refused('one upload may have 16'));
  await begin(tokens.one, [16, 8]);
  await expect(begin(tokens.one, [1])).rejects.toMatchObject(
    refused('one, by MAX_ANALYZE_CALLS, may have 40'),
  );
  await begin(tokens.two, [16, 16, 8]);
  await expect(begin(tokens.three, [1])).rejects.toMatchObject(
    refused('all callers together, by MAX_ANALYZE_CALLS, may have 80'),
  );
  stop.abort();
  await until(() => lines.filter(({ code }) => code === 'canceled').length === 80);
  const again = { headers: { authorization: `Bearer ${tokens.three}` } };
  const { upload } = await clients.uploads.createUpload({ name: 'b.avi', sizeBytes: 9n }, again);
  const cancel = new AbortController();
  const options = { ...again, signal: cancel.signal };
  const rest = clients.analysis.analyze({ uploadIds: [upload?.id ?? ''] }, options)[Symbol.asyncIterator]();
  expect((await rest.next()).value).toMatchObject({ event: { case: 'progress' } });
  cancel.abort();
});

test('no proxy is to hold back what streams bring; one answer may come as it will', async () => {
  const { httpUrl, clients } = await begin();
  const uploadIds = [await upload(clients, 'no-video.mp4', Buffer.from('neither picture nor video'))];
  const browser = openHttp1(httpUrl);
  const heldBack: (string | null)[] = [];
  const onHeader = (header: Headers) => void heldBack.push(header.get('x-accel-buffering'));
  await collect(browser.analysis.analyze({ uploadIds }, { onHeader }));
  await browser.uploads.getUpload({ id: uploadIds[0] ?? '' }, { onHeader });
  expect(heldBack).toEqual(['no', null]);
});
