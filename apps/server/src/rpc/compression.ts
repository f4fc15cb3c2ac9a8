import { promisify } from 'node:util';
import {
  createGunzip,
  createInflate,
  deflate,
  type Gunzip,
  gzip,
  type Inflate,
  type ZlibOptions,
} from 'node:zlib';
import { Code, ConnectError } from '@connectrpc/connect';
import type { compressionGzip } from '@connectrpc/connect-node';
import { currentCall } from './call.ts';
import { cutJson, JSON_TYPE } from './cut-json.ts';
import { createPartialMessage } from './partial-message.ts';

type Compression = typeof compressionGzip;

/**
 * What a message may be compressed with: gzip, and zlib's format (RFC 1950), which grpcio offers and Connect does not have.
 * Connect's own gzip tells nobody how much memory it takes: 30 kB may become as many megabytes.
 */
export const COMPRESSIONS: Compression[] = [
  createCompression('gzip', promisify(gzip), createGunzip),
  createCompression('deflate', promisify(deflate), createInflate),
];

/** Each is counted before the next is made. */
const PART_BYTES = 2 ** 16;

function createCompression(
  name: string,
  pack: (bytes: Uint8Array) => Promise<Uint8Array>,
  createStream: (options: ZlibOptions) => Gunzip | Inflate,
): Compression {
  return {
    name,
    compress: async (bytes) => new Uint8Array(await pack(bytes)),
    async decompress(bytes, readMaxBytes) {
      if (bytes.length === 0) return new Uint8Array();
      const call = currentCall.getStore();
      const message = createPartialMessage();
      const parts = createStream({ chunkSize: PART_BYTES });
      parts.end(bytes);
      try {
        for await (const part of parts as AsyncIterable<Uint8Array>) {
          await call?.meter.inflated(part.length);
          message.add(part);
          if (message.soFar().length > readMaxBytes) throw tooLarge(readMaxBytes);
        }
      } catch (cause) {
        if (cause instanceof ConnectError) throw cause;
        throw new ConnectError('decompression failed', Code.InvalidArgument, undefined, undefined, cause);
      }
      if (!call || !JSON_TYPE.test(call.request.headers['content-type'] ?? '')) return message.soFar();
      const found = cutJson(message.soFar());
      call.inflatedCut = found?.cut;
      return found?.rest ?? message.soFar();
    },
  };
}

/** In the library's words: who maps those maps these. */
function tooLarge(limit: number): ConnectError {
  const message = `message is larger than configured readMaxBytes ${limit} after decompression`;
  return new ConnectError(message, Code.ResourceExhausted);
}
