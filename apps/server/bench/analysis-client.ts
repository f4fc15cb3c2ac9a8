import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';

/** Analyses a file that is uploaded once, as the page does, over HTTP/1.1. */
export function createAnalysisClient(httpPort: number, file: string) {
  const transport = createConnectTransport({ baseUrl: `http://127.0.0.1:${httpPort}`, httpVersion: '1.1' });
  const uploads = createClient(UploadService, transport);
  const analysis = createClient(AnalysisService, transport);
  let uploaded: Promise<string> | undefined;

  async function upload(): Promise<string> {
    const data = readFileSync(file);
    const { upload } = await uploads.createUpload({ name: basename(file), sizeBytes: BigInt(data.length) });
    const { id = '', maxPieceBytes = 0 } = upload ?? {};
    for (let at = 0; at < data.length; at += maxPieceBytes)
      await uploads.putPiece({ id, offsetBytes: BigInt(at), data: data.subarray(at, at + maxPieceBytes) });
    return id;
  }

  /** Searches every nth frame, again and again, for about so long; the frames of the file per second. */
  return async (everyNth: number, seconds: number): Promise<number> => {
    uploaded ??= upload();
    const uploadIds = [await uploaded];
    const started = performance.now();
    const end = started + seconds * 1000;
    let frames = 0;
    while (performance.now() < end) {
      // Leaving the loop alone would not tell the server.
      const leaving = new AbortController();
      const request = { uploadIds, frames: { case: 'everyNth', value: everyNth } as const };
      for await (const { event } of analysis.analyze(request, { signal: leaving.signal })) {
        if (event.case === 'summary' && event.value.error) throw new Error(event.value.error.message);
        if (event.case !== 'frame') continue;
        frames += everyNth;
        if (performance.now() >= end) break;
      }
      leaving.abort();
    }
    return frames / ((performance.now() - started) / 1000);
  };
}
