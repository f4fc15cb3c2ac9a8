import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { Code, ConnectError } from '@connectrpc/connect';
import type { compressionGzip } from '@connectrpc/connect-node';

const pack = promisify(deflate);
const unpack = promisify(inflate);

/** gRPC's other compression beside gzip, which grpcio offers and Connect does not have: zlib's format (RFC 1950). */
export const compressionDeflate: typeof compressionGzip = {
  name: 'deflate',
  compress: async (bytes) => new Uint8Array(await pack(bytes)),
  async decompress(bytes, readMaxBytes) {
    if (bytes.length === 0) return new Uint8Array();
    try {
      return new Uint8Array(await unpack(bytes, { maxOutputLength: readMaxBytes }));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        const message = `message is larger than configured readMaxBytes ${readMaxBytes} after decompression`;
        throw new ConnectError(message, Code.ResourceExhausted, undefined, undefined, cause);
      }
      throw new ConnectError('decompression failed', Code.InvalidArgument, undefined, undefined, cause);
    }
  },
};
