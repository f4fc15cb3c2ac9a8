import type { UploadSchema, UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { Upload } from '../uploads/upload.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import { callerOf } from './call.ts';
import { uploadsOf } from './uploads-of.ts';

/** Takes files in pieces. */
export function createUploadService(uploads: UploadStore): ServiceImpl<typeof UploadService> {
  const own = ({ values }: HandlerContext) => uploadsOf(callerOf(values), uploads);
  return {
    async createUpload({ name, sizeBytes, mediaType }, context) {
      const upload = await own(context).create({ name, sizeBytes: Number(sizeBytes), mediaType });
      return { upload: toMessage(upload) };
    },
    async putPiece({ id, offsetBytes, data, crc32 }, context) {
      const committedBytes = await own(context).put(id, Number(offsetBytes), data, crc32);
      return { committedBytes: BigInt(committedBytes) };
    },
    async getUpload({ id }, context) {
      return { upload: toMessage(await own(context).get(id)) };
    },
    async finishUpload({ id }, context) {
      return { upload: toMessage(await own(context).finish(id)) };
    },
    async deleteUpload({ id }, context) {
      await own(context).delete(id);
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
