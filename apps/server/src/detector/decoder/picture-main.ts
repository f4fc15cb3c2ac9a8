// The process that decodes pictures: sees strangers' bytes and nothing else. It waits for one order after the other,
// and ends when the server closes its input or has died. See `decoder-protocol.ts`.
import { readSync, writeSync } from 'node:fs';
import { letterboxFor } from '../../yolo/letterbox.ts';
import { PIXEL_MODES } from '../../yolo/pixels.ts';
import { DetectorError } from '../detector-error.ts';
import { freeBytes } from '../free-bytes.ts';
import { openInputWriter } from '../input-writer.ts';
import { configureDecoder, decodeFile, readImageHeader, toThumbnail } from './decode-file.ts';
import {
  type DecoderLine,
  NEXT,
  type OrderLine,
  type PictureOrder,
  WINDOW_BYTES,
  WINDOW_FD,
} from './decoder-protocol.ts';

const [INPUT, OUTPUT] = [0, 1];
const chunk = Buffer.alloc(4096);
let text = '';

/** Waits for a line, this thread with it: there is nothing else to do. Undefined at the end. */
function readLine(): string | undefined {
  for (;;) {
    const end = text.indexOf('\n');
    if (end >= 0) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      return line;
    }
    const length = readSync(INPUT, chunk);
    if (length === 0) return undefined;
    text += chunk.toString('latin1', 0, length);
  }
}

function say(line: string): void {
  writeSync(OUTPUT, `${line}\n`);
}

function receive(bytes: number): Buffer {
  const data = Buffer.allocUnsafeSlow(bytes);
  for (let at = 0; at < bytes; ) {
    const end = Math.min(bytes, at + WINDOW_BYTES);
    for (let from = at; at < end; ) at += readSync(WINDOW_FD, data, at, end - at, at - from);
    if (at === bytes) break;
    say(NEXT);
    readLine();
  }
  return data;
}

function send(about: unknown, data: Uint8Array): void {
  const done: DecoderLine = { kind: 'done', about, bytes: data.length };
  for (let at = 0; ; ) {
    const end = Math.min(data.length, at + WINDOW_BYTES);
    const isFirst = at === 0;
    for (const from = at; at < end; ) at += writeSync(WINDOW_FD, data, at, end - at, at - from);
    say(isFirst ? JSON.stringify(done) : NEXT);
    if (at === data.length) return;
    readLine();
  }
}

const NOTHING = new Uint8Array();

async function obey(order: PictureOrder, data: Buffer): Promise<void> {
  if (order.kind === 'read-header') return send(await readImageHeader(data), NOTHING);
  if (order.kind === 'shrink') return send({}, await toThumbnail(data, order));
  const { mode, data: pixels, ...size } = await decodeFile(data, order);
  const decoded = performance.now();
  const input = inputWriter.write(
    PIXEL_MODES[mode].toPixels(pixels, size),
    letterboxFor(size, order.scaling),
    order.inputOrder,
  );
  freeBytes(pixels);
  send({ ...size, preprocessMs: performance.now() - decoded }, input);
}

function fault(error: unknown): DecoderLine {
  const { message } = error as Error;
  if (error instanceof DetectorError) return { kind: 'refused', errorKind: error.kind, message };
  return { kind: 'failed', message };
}

/** So that whatever is loaded late is there before nothing can be opened any more, and the first picture is not slower. */
async function warmUp(): Promise<void> {
  const drawn = await toThumbnail(Buffer.alloc(3 * 64 * 64), { width: 64, height: 64, sidePx: 32 });
  const { mode, data, ...size } = await decodeFile(drawn, { width: 0, height: 0, maxPixels: 32 * 32 });
  inputWriter.write(
    PIXEL_MODES[mode].toPixels(data, size),
    letterboxFor(size, { imageSize: 64, stride: 32 }),
  );
}

/** Well below what the system allows, so that a fresh process can follow without a picture being lost. */
const RETIREMENT_US = 600e6;

function isOld(): boolean {
  const { user, system } = process.cpuUsage();
  return user + system > RETIREMENT_US;
}

configureDecoder();
const inputWriter = await openInputWriter();
await warmUp();
say(JSON.stringify({ kind: 'ready' } satisfies DecoderLine));
while (!isOld()) {
  const line = readLine();
  if (line === undefined) break;
  const { order, bytes } = JSON.parse(line) as OrderLine;
  const data = receive(bytes);
  await obey(order, data).catch((error) => say(JSON.stringify(fault(error))));
  freeBytes(data);
}
