import type { Caller } from '../access/caller.ts';
import type { NewUpload } from '../uploads/upload.ts';
import { noSuchUpload } from '../uploads/upload-error.ts';
import type { UploadStore } from '../uploads/upload-store.ts';

/** An upload belongs to who made it. To others, whoever knows its id, it is not there. */
export interface OwnUploads extends Pick<UploadStore, 'put' | 'get' | 'finish' | 'delete'> {
  create(file: Pick<NewUpload, 'name' | 'sizeBytes' | 'mediaType'>): ReturnType<UploadStore['create']>;
}

export function uploadsOf(
  { name: owner, uploads: maxOwned, stored: maxOwnedBytes }: Caller,
  store: UploadStore,
): OwnUploads {
  async function get(id: string) {
    const upload = await store.get(id);
    if (upload.owner !== owner) throw noSuchUpload();
    return upload;
  }

  return {
    get,
    create: (file) => store.create({ ...file, owner, maxOwned, maxOwnedBytes }),
    async put(id, ...piece) {
      await get(id);
      return store.put(id, ...piece);
    },
    async finish(id) {
      await get(id);
      return store.finish(id);
    },
    async delete(id) {
      if (await get(id).catch(() => undefined)) await store.delete(id);
    },
  };
}
