import { randomId } from '../shell/random-id.ts';
import { createUploadLedger } from './upload-ledger.ts';

/** The uploads of this page that nobody needs any more when it is gone. */
export const PAGE_UPLOADS = createUploadLedger({
  storage: () => sessionStorage,
  locks: () => navigator.locks,
  pageId: randomId(),
});
