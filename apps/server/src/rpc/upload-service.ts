import type { UploadSchema, UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { Upload, UploadStore } from '../uploads/upload.ts';
import { callerOf } from './call.ts';
import { uploadsOf } from './uploads-of.ts';

/** Takes files in pieces. */
export function createUploadService(uploads: UploadStore): ServiceImpl<typeof UploadService> {
  return {
    async createUpload({ name, sizeBytes, mediaType }, { values }) {
      const upload = await uploadsOf(callerOf(values), uploads).create({
        name,
        sizeBytes: Number(sizeBytes),
        mediaType,
      });
      return { upload: toMessage(upload) };
    },
    async putPiece({ id, offsetBytes, data, crc32 }, { values }) {
      const own = uploadsOf(callerOf(values), uploads);
      const committedBytes = await own.put(id, Number(offsetBytes), data, crc32);
      return { committedBytes: BigInt(committedBytes) };
    },
    async getUpload({ id }, { values }) {
      return { upload: toMessage(await uploadsOf(callerOf(values), uploads).get(id)) };
    },
    async finishUpload({ id }, { values }) {
      return { upload: toMessage(await uploadsOf(callerOf(values), uploads).finish(id)) };
    },
    async deleteUpload({ id }, { values }) {
      await uploadsOf(callerOf(values), uploads).delete(id);
      return {};
    },
  };
}

function toMessage(upload: Upload): MessageInitShape<typeof UploadSchema> {
  const { id, name, mediaType, sizeBytes, committedBytes, maxPieceBytes, expiresAtMs, finished } = upload;
  return {
    ...{ id, name, mediaType, maxPieceBytes, finished },
    sizeBytes: BigInt(sizeBytes),
    committedBytes: BigInt(committedBytes),
    expireTime: timestampFromMs(expiresAtMs),
  };
}
