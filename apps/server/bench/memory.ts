// Compares the server's peak memory with large uploads, long videos and long streams to small ones: node bench/memory.ts
// The kernel reports the peak (Linux), so no sampling can miss it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { drawScene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { createVideoWriter } from '@boxwire/video/write';
import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import type { SourceImage } from '../src/detector/detector.ts';
import { createBell } from '../src/flow/bell.ts';
import { median } from './case.ts';
import { startServer } from './server-process.ts';
import { markdownTable } from './table.ts';

const REPORTS = fileURLToPath(new URL('../../../.reports/', import.meta.url));
const MIB = 2 ** 20;
const size = { width: 640, height: 384 };
const FRAMES_PER_SECOND = 10;
/** Frames that are drawn; a longer clip repeats them. */
const DRAWN = 20;
const EVERY_NTH = 3;
/** Servers that each row is measured with. */
const PROCESSES = 3;

const folder = mkdtempSync(join(tmpdir(), 'boxwire-memory-'));

async function writeClip(name: string, seconds: number): Promise<string> {
  const path = join(folder, name);
  const pictures: Buffer[] = [];
  for (let index = 0; index < DRAWN; index++) {
    const scene = drawScene({
      seed: 'memory',
      place: 'street',
      ...size,
      timeSeconds: index / FRAMES_PER_SECOND,
    });
    pictures.push(await renderScene(scene, { format: 'raw' }));
  }
  const writer = createVideoWriter(path, size);
  for (let index = 0; index < seconds * FRAMES_PER_SECOND; index++) {
    const data = pictures[index % DRAWN] ?? Buffer.alloc(0);
    await writer.write({ timeMs: (index * 1000) / FRAMES_PER_SECOND, data });
  }
  await writer.finish();
  return path;
}

/** A file that is no video, of bytes that do not repeat soon. */
async function writeNoise(name: string, mebibytes: number): Promise<string> {
  const path = join(folder, name);
  await using file = await open(path, 'w');
  const block = Buffer.alloc(MIB);
  for (let index = 0; index < mebibytes; index++) {
    for (let at = 0; at < MIB; at += 4) block.writeInt32LE(Math.imul(at + index, 0x9e3779b1), at);
    await file.write(block);
  }
  return path;
}

async function upload(transport: Transport, path: string): Promise<string> {
  const client = createClient(UploadService, transport);
  await using file = await open(path);
  const sizeBytes = (await file.stat()).size;
  const { upload } = await client.createUpload({ name: 'file', sizeBytes: BigInt(sizeBytes) });
  const { id = '', maxPieceBytes = 0 } = upload ?? {};
  for (let offset = 0; offset < sizeBytes; ) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxPieceBytes), 0, maxPieceBytes, offset);
    await client.putPiece({ id, offsetBytes: BigInt(offset), data: buffer.subarray(0, bytesRead) });
    offset += bytesRead;
  }
  await client.finishUpload({ id });
  return id;
}

async function analyze(transport: Transport, id: string): Promise<number> {
  const frames = { case: 'everyNth', value: EVERY_NTH } as const;
  let count = 0;
  for await (const { event } of createClient(AnalysisService, transport).analyze({
    uploadIds: [id],
    frames,
  })) {
    if (event.case === 'frame') count++;
    if (event.case === 'summary' && event.value.error) throw new Error(event.value.error.message);
  }
  return count;
}

/** Frames under way on a stream: more than the server reads ahead. */
const UNDER_WAY = 8;

/** Raw frames over one stream. */
function streamFrames(transport: Transport, count: number): Promise<void> {
  const data = new Uint8Array(size.width * size.height * 3).fill(100);
  return streamImages(transport, count, { mode: 'RGB', ...size, data });
}

/** One image again and again over one stream, always a few ahead of the answers. */
async function streamImages(transport: Transport, count: number, image: Partial<SourceImage>): Promise<void> {
  const room = createBell();
  let answered = 0;
  async function* frames() {
    for (let frame = 1; frame <= count; frame++) {
      while (frame - answered > UNDER_WAY) await room.rung();
      yield { ...image, frame, options: { imageSize: 320 } };
    }
  }
  for await (const { frame, error } of createClient(MlPredictions, transport).predictMultipleImages(
    frames(),
  )) {
    if (error || frame !== ++answered)
      throw new Error(`reply ${answered} is of frame ${frame}: ${error?.message}`);
    room.ring();
  }
  if (answered !== count) throw new Error(`${answered} of ${count} frames were answered`);
}

/** A photograph as telephones take it, again and again. */
async function streamPhotographs(transport: Transport, count: number): Promise<void> {
  const [width, height] = [4000, 3000];
  const scene = drawScene({ seed: 'memory', place: 'street', width, height, timeSeconds: 0 });
  const data = await renderScene(scene, { format: 'jpeg' });
  await streamImages(transport, count, { data });
}

/** The largest resident memory that a process ever had, in bytes. */
function peakOf(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** A fresh server does one thing; how much memory it took at most. */
async function measure(work: (transport: Transport) => Promise<unknown>): Promise<number> {
  const env = { MODEL: 'demo', MODEL_DIR: join(folder, 'models'), UPLOAD_DIR: join(folder, 'uploads') };
  const server = await startServer(env);
  try {
    // The client's own limit: 64 streams have more than 10 MB of frames on their way.
    const nodeOptions = { maxSessionMemory: 1000 };
    await work(createGrpcTransport({ baseUrl: `http://localhost:${server.port}`, nodeOptions }));
    return peakOf(server.pid);
  } finally {
    await server.stop();
    rmSync(env.UPLOAD_DIR, { recursive: true, force: true });
  }
}

/** Processes start with more or less memory, by a tenth: the median of several. */
async function measureOften(work: (transport: Transport) => Promise<unknown>): Promise<number> {
  const peaks: number[] = [];
  while (peaks.length < PROCESSES) peaks.push(await measure(work));
  return median(peaks);
}

const framesOf = (count: number) => (transport: Transport) => streamFrames(transport, count);
const photographsOf = (count: number) => (transport: Transport) => streamPhotographs(transport, count);
const streamsOf = (width: number) => (transport: Transport) =>
  Promise.all(Array.from({ length: width }, () => streamFrames(transport, 20)));
const uploadOf = (path: string) => (transport: Transport) => upload(transport, path);
const analysisOf = (path: string) => async (transport: Transport) =>
  analyze(transport, await upload(transport, path));

try {
  const clips = { short: await writeClip('short.mp4', 60), long: await writeClip('long.mp4', 600) };
  const files = { small: await writeNoise('small', 16), large: await writeNoise('large', 500) };
  const none = await measureOften(async () => {});
  const cases = [
    { name: 'upload of 16 MiB, then of 500 MiB', small: uploadOf(files.small), large: uploadOf(files.large) },
    {
      name: 'video of 1 minute, then of 10',
      small: analysisOf(clips.short),
      large: analysisOf(clips.long),
    },
    { name: 'one stream of 1,000 frames, then of 10,000', small: framesOf(1000), large: framesOf(10_000) },
    {
      name: 'JPEG of 12 megapixels, 20, then 400 over one stream',
      small: photographsOf(20),
      large: photographsOf(400),
    },
    { name: 'one stream, then 64 at once', small: streamsOf(1), large: streamsOf(64) },
  ];
  const rows = [];
  for (const { name, small, large } of cases) {
    const [less, more] = [await measureOften(small), await measureOften(large)];
    const inMb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    rows.push([name, inMb(none), inMb(less), inMb(more), (more / less).toFixed(2)]);
  }
  const report = `${markdownTable(['case', 'idle', 'small', 'large', 'large / small'], rows)}

Peak resident memory of the server process with the demonstration model, the median of ${PROCESSES} fresh ones; decoder processes
are not counted. Videos have 640x384 pixels, every ${EVERY_NTH}rd frame is searched; frames in streams are raw, of the same
size, 0.7 MB each.
`;
  console.log(report);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}memory.md`, report);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
