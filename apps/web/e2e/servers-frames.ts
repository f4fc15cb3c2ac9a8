import { readFile } from 'node:fs/promises';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import type { Box } from './videos.ts';

type Frames = ReadonlyMap<number, { timeMs: number; boxes: Box[] }>;

const asked = new Map<string, Promise<Frames>>();

/**
 * What the server says to a video, asked without the page: the boxes of each 24th frame, by its number. Asked once a
 * file, for all tests.
 */
export function serversFrames(baseUrl: string, path: string): Promise<Frames> {
  const frames = asked.get(path) ?? ask(baseUrl, path);
  asked.set(path, frames);
  return frames;
}

async function ask(baseUrl: string, path: string): Promise<Frames> {
  const transport = createConnectTransport({ baseUrl });
  const [uploads, analyses] = [
    createClient(UploadService, transport),
    createClient(AnalysisService, transport),
  ];
  const data = await readFile(path);
  const { upload } = await uploads.createUpload({ name: 'asked', sizeBytes: BigInt(data.length) });
  const { id = '', maxPieceBytes = 1 } = upload ?? {};
  for (let offset = 0; offset < data.length; offset += maxPieceBytes) {
    const piece = data.subarray(offset, offset + maxPieceBytes);
    await uploads.putPiece({ id, offsetBytes: BigInt(offset), data: piece });
  }
  await uploads.finishUpload({ id });
  const found = new Map<number, { timeMs: number; boxes: Box[] }>();
  const frames: { case: 'everyNth'; value: number } = { case: 'everyNth', value: 24 };
  for await (const { event } of analyses.analyze({ uploadIds: [id], frames })) {
    if (event.case !== 'frame') continue;
    found.set(Number(event.value.frame), { timeMs: event.value.timeMs, boxes: event.value.detections });
  }
  await uploads.deleteUpload({ id });
  return found;
}
