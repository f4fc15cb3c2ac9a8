import type { UploadSchema, UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { Upload, UploadStore } from '../uploads/upload.ts';

/** Takes files in pieces. */
export function createUploadService(uploads: UploadStore): ServiceImpl<typeof UploadService> {
  return {
    async createUpload({ name, sizeBytes, mediaType }) {
      const upload = await uploads.create({ name, sizeBytes: Number(sizeBytes), mediaType });
      return { upload: toMessage(upload) };
    },
    async putPiece({ id, offsetBytes, data, crc32 }) {
      const committedBytes = await uploads.put(id, Number(offsetBytes), data, crc32);
      return { committedBytes: BigInt(committedBytes) };
    },
    async getUpload({ id }) {
      return { upload: toMessage(await uploads.get(id)) };
    },
    async finishUpload({ id }) {
      return { upload: toMessage(await uploads.finish(id)) };
    },
    async deleteUpload({ id }) {
      await uploads.delete(id);
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
