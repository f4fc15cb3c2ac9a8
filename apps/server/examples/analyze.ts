// Uploads a video or a picture in pieces and prints what is in it, while it is still on its way: node analyze.ts clip.mp4
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';

const transport = createGrpcTransport({ baseUrl: process.env.SERVER ?? 'http://localhost:50051' });
const uploads = createClient(UploadService, transport);
const analysis = createClient(AnalysisService, transport);

const [path = ''] = process.argv.slice(2);
await using file = await open(path);
const sizeBytes = BigInt((await file.stat()).size);
const { upload } = await uploads.createUpload({ name: basename(path), sizeBytes });
if (!upload) throw new Error('no upload');

async function send(id: string, maxPieceBytes: number) {
  for (let offsetBytes = 0n; offsetBytes < sizeBytes; ) {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(maxPieceBytes),
      0,
      maxPieceBytes,
      Number(offsetBytes),
    );
    const data = buffer.subarray(0, bytesRead);
    // Whatever of it is there already is passed over, so after an error the same piece is simply sent again.
    ({ committedBytes: offsetBytes } = await uploads.putPiece({ id, offsetBytes, data, crc32: crc32(data) }));
  }
  await uploads.finishUpload({ id });
}

const sending = send(upload.id, upload.maxPieceBytes);
const frames = { case: 'everyNth', value: 24 } as const;
// After an error, `afterSequence: <the last sequence seen>` makes the next call go on behind it.
for await (const { event } of analysis.analyze({ uploadIds: [upload.id], frames })) {
  if (event.case === 'frame') {
    const { frame, timeMs, detections } = event.value;
    console.log(
      `frame ${frame} at ${Math.round(timeMs)} ms:`,
      detections.map(({ name }) => name).join(' ') || 'nothing',
    );
  } else if (event.case === 'summary') {
    const { frames, analysedFrames, error } = event.value;
    console.log(error ? `ended early: ${error.message}` : `${analysedFrames} of ${frames} frames searched`);
  }
}
await sending;
await uploads.deleteUpload({ id: upload.id });
