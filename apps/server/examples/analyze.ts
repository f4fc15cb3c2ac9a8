// Uploads a video or a picture and prints what is found, while the upload goes on: node analyze.ts clip.mp4
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';

const baseUrl = process.env.SERVER ?? 'http://localhost:50051';
const transport = createGrpcTransport({ baseUrl });
const uploads = createClient(UploadService, transport);
const analysis = createClient(AnalysisService, transport);
const [path = ''] = process.argv.slice(2);

async function send(id: string, maxPieceBytes: number) {
  let offsetBytes = 0n;
  for await (const data of createReadStream(path, { highWaterMark: maxPieceBytes })) {
    // After an error, simply send the same piece again: bytes that are already there are skipped.
    ({ committedBytes: offsetBytes } = await uploads.putPiece({ id, offsetBytes, data, crc32: crc32(data) }));
  }
  await uploads.finishUpload({ id });
}

async function print(id: string) {
  // After an error, repeat the call with the last sequence received as `afterSequence` to continue.
  // To stop early, pass a `signal` and abort it: the server does not notice that the loop was left.
  const frames = { case: 'everyNth', value: 24 } as const;
  for await (const { event } of analysis.analyze({ uploadIds: [id], frames })) {
    if (event.case === 'frame') {
      const { frame, timeMs, detections } = event.value;
      const names = detections.map(({ name }) => name).join(' ');
      console.log(`frame ${frame} at ${Math.round(timeMs)} ms: ${names || 'nothing'}`);
    } else if (event.case === 'summary') {
      const { frames, analysedFrames, error } = event.value;
      console.log(error ? `ended early: ${error.message}` : `${analysedFrames} of ${frames} frames searched`);
    }
  }
}

try {
  const { size } = await stat(path);
  const { upload } = await uploads.createUpload({ name: basename(path), sizeBytes: BigInt(size) });
  const { id = '', maxPieceBytes = 0 } = upload ?? {};
  await Promise.all([send(id, maxPieceBytes), print(id)]);
  await uploads.deleteUpload({ id });
} catch (error) {
  console.error(`cannot search ${path} at ${baseUrl}: ${ConnectError.from(error).rawMessage}`);
  // One of the two may still be under way.
  process.exit(1);
}
