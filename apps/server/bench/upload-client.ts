import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';

const PIECE_BYTES = 2 ** 20;
/** An upload is begun anew after so many pieces: a limit of the server's could be in the way of a larger one. */
const PIECES = 32;

/** Uploads in pieces as a browser does, over HTTP/1.1, for about so long; MB per second. The uploads are deleted. */
export async function uploadRate(httpPort: number, seconds: number): Promise<number> {
  const baseUrl = `http://127.0.0.1:${httpPort}`;
  const client = createClient(UploadService, createConnectTransport({ baseUrl, httpVersion: '1.1' }));
  const data = new Uint8Array(PIECE_BYTES).fill(7);
  const started = performance.now();
  const end = started + seconds * 1000;
  let bytes = 0;
  while (performance.now() < end) {
    const request = { name: 'bench.mp4', sizeBytes: BigInt(PIECES * PIECE_BYTES), mediaType: 'video/mp4' };
    const { upload } = await client.createUpload(request);
    const id = upload?.id ?? '';
    for (let piece = 0; piece < PIECES && performance.now() < end; piece++) {
      await client.putPiece({ id, offsetBytes: BigInt(piece * PIECE_BYTES), data });
      bytes += PIECE_BYTES;
    }
    await client.deleteUpload({ id });
  }
  return bytes / 1e6 / ((performance.now() - started) / 1000);
}
