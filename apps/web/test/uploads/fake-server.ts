import { crc32 } from 'node:zlib';
import { UploadGapSchema, UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import {
  Code,
  ConnectError,
  createRouterTransport,
  type Interceptor,
  type ServiceImpl,
} from '@connectrpc/connect';

interface Kept {
  readonly name: string;
  readonly size: number;
  bytes: Uint8Array;
  finished: boolean;
}

const MAX_PIECE_BYTES = 100;

type Answer = ReturnType<ReturnType<Interceptor>>;

/** Sees a call before it is made: makes it, or does something else. */
export type Around = (method: string, go: () => Answer) => Answer;

/** What a lost connection looks like to the page. */
export function connectionLost(): ConnectError {
  return ConnectError.from(new TypeError('network error'));
}

/** An upload service that keeps its files in memory and holds to the contract's letter. */
export function createFakeUploads() {
  const uploads = new Map<string, Kept>();
  const calls: string[] = [];
  let created = 0;

  function find(id: string): Kept {
    const kept = uploads.get(id);
    if (!kept) throw new ConnectError(`there is no upload ${id}`, Code.NotFound);
    return kept;
  }

  function describe(id: string) {
    const { name, size, bytes, finished } = find(id);
    const [sizeBytes, committedBytes] = [BigInt(size), BigInt(bytes.length)];
    return { upload: { id, name, sizeBytes, committedBytes, maxPieceBytes: MAX_PIECE_BYTES, finished } };
  }

  const service: ServiceImpl<typeof UploadService> = {
    createUpload({ name, sizeBytes }) {
      const id = `upload-${++created}`;
      uploads.set(id, { name, size: Number(sizeBytes), bytes: new Uint8Array(), finished: false });
      return describe(id);
    },
    putPiece({ id, offsetBytes, data, crc32: sum }) {
      const kept = find(id);
      if (data.length > MAX_PIECE_BYTES) throw new ConnectError('data is too long', Code.InvalidArgument);
      if (sum !== crc32(data)) throw new ConnectError('crc32 does not fit', Code.InvalidArgument);
      const offset = Number(offsetBytes);
      const committedBytes = BigInt(kept.bytes.length);
      if (offset > kept.bytes.length) {
        const gap = { desc: UploadGapSchema, value: { committedBytes } };
        throw new ConnectError('a gap', Code.OutOfRange, undefined, [gap]);
      }
      kept.bytes = new Uint8Array([...kept.bytes.subarray(0, offset), ...data]);
      return { committedBytes: BigInt(kept.bytes.length) };
    },
    getUpload: ({ id }) => describe(id),
    finishUpload({ id }) {
      const kept = find(id);
      if (kept.bytes.length < kept.size) throw new ConnectError('bytes are missing', Code.FailedPrecondition);
      kept.finished = true;
      return describe(id);
    },
    deleteUpload({ id }) {
      uploads.delete(id);
      return {};
    },
  };

  /** @param around sees each call before it is made and may do something else instead */
  function transport(around: Around = (_, go) => go()) {
    const interceptor: Interceptor = (next) => (request) => {
      calls.push(request.method.name);
      return around(request.method.name, () => next(request));
    };
    return createRouterTransport((router) => router.service(UploadService, service), {
      transport: { interceptors: [interceptor] },
    });
  }

  return { uploads, calls, transport, forget: (id: string) => uploads.delete(id) };
}
