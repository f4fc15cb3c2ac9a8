import { openVideo } from '@boxwire/video';
import { decodeFile } from '../src/detector/decoder/decode-file.ts';
import { createAnalysisClient } from './analysis-client.ts';
import type { BenchSetup } from './bench-setup.ts';
import { type Case, type Part, throughput } from './case.ts';
import { withCpu } from './cpu-time.ts';
import type { LoadOrder } from './load-client.ts';
import type { HealthClient, LoadClient, Process } from './server-process.ts';
import { uploadRate } from './upload-client.ts';

/** What is noted beside the rates. */
export interface Notes {
  /** Of each health check beside a stream, in milliseconds. */
  readonly healthMs: number[];
  /** The same, both clients as far away as can be had on one machine. */
  readonly distantHealthMs: number[];
  /** Of each round with 64 streams: what the slowest got of the mean. */
  readonly slowestOfMean: number[];
}

const JPEG = 'JPEG 1280x720';
const RAW = 'raw 960x540';
/** As the video's frames are sent. */
const FRAME = 'raw 768x432';
const FILES = ['JPEG 640x480', JPEG, 'JPEG 1920x1080', 'JPEG 4000x3000', 'PNG 1280x720', 'WebP 1280x720'];
/** By what protocol; native gRPC where none is said. */
const SINGLE_CALLS: readonly (readonly [string, LoadOrder['protocol']])[] = [
  [JPEG, undefined],
  [JPEG, 'connect'],
  [JPEG, 'grpc-web'],
  [RAW, undefined],
];
/** Of the network, for pictures of 16:9 and 4:3. */
const WIDE = '640x384';
const sizeFor = (picture: string) => (/640x480|4000x3000/.test(picture) ? '640x480' : WIDE);

const networkName = (size: string, precision = 'float32') => `network alone, ${precision}, ${size}`;
const decodeName = (picture: string) => `decoding alone, ${picture}`;
const echoName = (way: string, picture: string) => `loopback echo, ${way}, ${picture}`;
const STREAM = 'gRPC bidi';
const unaryWay = (protocol: LoadOrder['protocol']) => `${protocol ?? 'gRPC'} unary`;
const LONE_NETWORK = `network alone, float32, ${WIDE}, all cores on one image`;

/** All cases: first the parts, then the wholes with what each is made of. */
export function benchCases(setup: BenchSetup, notes: Notes): Case[] {
  const videos = videoCases(setup);
  const wholes = [...wholeCases(setup, notes), ...videos.wholes, uploadCase(setup)];
  return [...partCases(setup), ...videos.parts, ...wholes, ...referenceCases(setup)];
}

export const REFERENCE = `reference pipeline in Python, gRPC bidi, ${RAW}`;
/** It only reads, runs the network on a picture that is already there, and answers. */
const BARE = `bare server, gRPC bidi, ${RAW}`;
export const OURS = `${STREAM}, ${RAW}`;

/** It has an image or two a second and core: a moment would say nothing. */
const REFERENCE_PATIENCE = 2;

function referenceCases(setup: BenchSetup): Case[] {
  const { reference, clients } = setup;
  if (!reference || !clients.reference) return [];
  const order = bidi(setup, RAW);
  const patience = REFERENCE_PATIENCE;
  return [loadCase(clients.reference, reference, REFERENCE, order, undefined, { patience })];
}

function partCases(setup: BenchSetup): Case[] {
  const { parts, cores, limits, clients, echo } = setup;
  const network = (size: string, precision: 'float32' | 'int8'): Case => {
    const picture = setup.pictures.get(`network input ${size}`);
    const { run } = precision === 'int8' ? parts.int8Network : parts.network;
    return {
      name: networkName(size, precision),
      unit: 'images/s',
      run: (seconds) => withCpu([process.pid], () => run({ seconds, picture })),
    };
  };
  const decoding = (picture: string): Case => {
    const image = setup.source(picture);
    const decode = (seconds: number) =>
      throughput(cores, seconds, () => decodeFile(image.data, { ...image, ...limits }));
    return {
      name: decodeName(picture),
      unit: 'images/s',
      run: (seconds) => withCpu([process.pid], () => decode(seconds)),
    };
  };
  const echoing = (way: string, picture: string, order: Omit<LoadOrder, 'seconds'>) =>
    loadCase(clients.echo, echo, echoName(way, picture), order, undefined);
  return [
    ...[WIDE, '640x480', '480x288', '320x192'].map((size) => network(size, 'float32')),
    network(WIDE, 'int8'),
    {
      name: LONE_NETWORK,
      unit: 'images/s',
      run: (seconds) =>
        withCpu([process.pid], () =>
          parts.loneNetwork.run({ seconds, picture: setup.pictures.get(`network input ${WIDE}`) }),
        ),
    },
    ...FILES.map(decoding),
    ...[...FILES, RAW, FRAME].map((picture) => echoing(STREAM, picture, bidi(setup, picture))),
    ...SINGLE_CALLS.map(([picture, protocol]) =>
      echoing(unaryWay(protocol), picture, unary(setup, picture, protocol)),
    ),
  ];
}

function bidi({ pictures }: BenchSetup, picture: string, width = 1, imageSize?: number) {
  return { method: 'bidi' as const, width, image: pictures.get(picture), ...(imageSize && { imageSize }) };
}

function unary({ cores, pictures }: BenchSetup, picture: string, protocol: LoadOrder['protocol']) {
  const width = cores * 2 + 2;
  return { method: 'unary' as const, width, image: pictures.get(picture), ...(protocol && { protocol }) };
}

interface LoadExtras {
  /** Told what each stream got. */
  readonly note?: (perStream: readonly number[]) => void;
  /** How many times as long as others it has to run to mean something. */
  readonly patience?: number;
}

/** Load by a client on a server; processor time is that of both. */
function loadCase(
  client: LoadClient,
  server: Process,
  name: string,
  order: Omit<LoadOrder, 'seconds'>,
  parts: readonly Part[] | undefined,
  { note = () => {}, patience = 1 }: LoadExtras = {},
): Case {
  return {
    name,
    unit: order.method === 'video' ? 'frames/s' : 'images/s',
    ...(parts && { parts }),
    run: (seconds) =>
      withCpu([client.pid, server.pid], async () => {
        const { rate, perStream } = await client.run({ ...order, seconds: seconds * patience });
        note(perStream);
        return rate;
      }),
  };
}

/** Of an image that comes over the wire. */
function partsOf(
  picture: string,
  { way = STREAM, size = sizeFor(picture), precision = 'float32' } = {},
): Part[] {
  return [
    { name: networkName(size, precision) },
    { name: echoName(way, picture), byCpu: true },
    ...(picture === RAW ? [] : [{ name: decodeName(picture) }]),
  ];
}

/** While a load begins and ends not all workers are busy: the longer it is, the less that counts. */
const LOAD_PATIENCE = 3;

function wholeCases(setup: BenchSetup, { healthMs, distantHealthMs, slowestOfMean }: Notes): Case[] {
  const { cores, parts, clients, server, int8Server, pictures } = setup;
  const busy = cores * 2 + 2;
  const jpeg = setup.source(JPEG);
  const onServer = (
    name: string,
    order: Omit<LoadOrder, 'seconds'>,
    made: readonly Part[],
    extras: LoadExtras = {},
  ) => loadCase(clients.server, server, name, order, made, { patience: LOAD_PATIENCE, ...extras });
  const fairness = (perStream: readonly number[]) => {
    const mean = perStream.reduce((sum, count) => sum + count, 0) / perStream.length;
    slowestOfMean.push(Math.min(...perStream) / mean);
  };
  const watched = (what: string, client: LoadClient, health: HealthClient, times: number[]): Case => {
    const patience = LOAD_PATIENCE;
    const name = `${STREAM}, ${JPEG}, ${what}`;
    const pushed = loadCase(client, server, name, bidi(setup, JPEG), partsOf(JPEG), { patience });
    return {
      ...pushed,
      async run(seconds) {
        const [sample, taken] = await Promise.all([pushed.run(seconds), health.run(seconds * patience)]);
        times.push(...taken);
        return sample;
      },
    };
  };
  return [
    loadCase(clients.bare, setup.bare, BARE, bidi(setup, RAW), partsOf(RAW), { patience: LOAD_PATIENCE }),
    {
      name: `detector in process, ${JPEG}`,
      unit: 'images/s',
      parts: [{ name: networkName(WIDE) }, { name: decodeName(JPEG) }],
      run: (seconds) =>
        withCpu([process.pid], () => throughput(busy, seconds, () => parts.detector.detect(jpeg, {}))),
    },
    ...SINGLE_CALLS.map(([picture, protocol]) => {
      const order = unary(setup, picture, protocol);
      const way = unaryWay(protocol);
      return onServer(`${way}, ${order.width} calls at once, ${picture}`, order, partsOf(picture, { way }));
    }),
    onServer(
      `gRPC unary, one call after the other, ${RAW}`,
      { method: 'unary', width: 1, image: pictures.get(RAW) },
      [{ name: LONE_NETWORK }],
    ),
    ...[...FILES, RAW].map((picture) =>
      onServer(`${STREAM}, ${picture}`, bidi(setup, picture), partsOf(picture)),
    ),
    onServer(`gRPC bidi, 8 streams, ${RAW}`, bidi(setup, RAW, 8), partsOf(RAW)),
    onServer(`gRPC bidi, 64 streams, ${RAW}`, bidi(setup, RAW, 64), partsOf(RAW), {
      note: fairness,
      patience: 6,
    }),
    onServer(
      `gRPC bidi, ${RAW}, image_size 480`,
      bidi(setup, RAW, 1, 480),
      partsOf(RAW, { size: '480x288' }),
    ),
    onServer(
      `gRPC bidi, ${RAW}, image_size 320`,
      bidi(setup, RAW, 1, 320),
      partsOf(RAW, { size: '320x192' }),
    ),
    ...[JPEG, RAW].map((picture) =>
      loadCase(
        clients.int8,
        int8Server,
        `gRPC bidi, ${picture}, int8`,
        bidi(setup, picture),
        partsOf(picture, { precision: 'int8' }),
        { patience: LOAD_PATIENCE },
      ),
    ),
    watched('health watched', clients.server, clients.health, healthMs),
    watched('health watched from afar', clients.distant, clients.distantHealth, distantHealthMs),
  ];
}

/** A decoder takes a while to start. */
const VIDEO_PATIENCE = 3;

/** Every frame of a file or every 24th: decoded alone, decoded and streamed by a client, uploaded and analysed. */
function videoCases(setup: BenchSetup): { parts: Case[]; wholes: Case[] } {
  const { pictures, clients, server } = setup;
  const file = pictures.video;
  if (!file) return { parts: [], wholes: [] };
  const image = { mode: '', width: 0, height: 0, file };
  const analyse = createAnalysisClient(server.httpPort, file);
  const ways = [1, 24].map((everyNth) => {
    const which = everyNth === 1 ? 'every frame' : `every ${everyNth}th frame`;
    const share = 1 / everyNth;
    const alone = `video decoding alone, ${which}`;
    const network = { name: networkName(WIDE), share };
    const decoding = { name: alone, byCpu: true };
    const echo = { name: echoName(STREAM, FRAME), byCpu: true, share };
    return {
      alone: {
        name: alone,
        unit: 'frames/s',
        run: (seconds: number) =>
          withCpu([process.pid], () => decodeVideo(file, everyNth, seconds * VIDEO_PATIENCE)),
      },
      streamed: loadCase(
        clients.server,
        server,
        `video, ${which}`,
        { method: 'video', width: 1, image, everyNth },
        [network, decoding, echo],
        { patience: VIDEO_PATIENCE },
      ),
      uploaded: {
        name: `uploaded video, ${which}`,
        unit: 'frames/s',
        parts: [network, decoding],
        run: (seconds: number) =>
          withCpu([process.pid, server.pid], () => analyse(everyNth, seconds * VIDEO_PATIENCE)),
      },
    };
  });
  return {
    parts: ways.map(({ alone }) => alone),
    wholes: [...ways.map(({ streamed }) => streamed), ...ways.map(({ uploaded }) => uploaded)],
  };
}

async function decodeVideo(file: string, everyNth: number, seconds: number): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1000;
  let frames = 0;
  while (performance.now() < end) {
    await using video = await openVideo(file, { choice: { everyNth } });
    for await (const _ of video) {
      frames += everyNth;
      if (performance.now() >= end) break;
    }
  }
  return frames / ((performance.now() - started) / 1000);
}

function uploadCase({ server }: BenchSetup): Case {
  return {
    name: 'upload in pieces of 1 MiB, Connect, HTTP/1.1',
    unit: 'MB/s',
    run: (seconds) => withCpu([process.pid, server.pid], () => uploadRate(server.httpPort, seconds)),
  };
}
