import type { UploadLedger } from './upload-ledger.ts';

/**
 * Has the server forget a page's uploads while the page is closed. By calls that outlive it: nothing else of it goes on,
 * and nobody hears of the answers.
 */
export function deleteOnLeaving(serverUrl: string, ledger: Pick<UploadLedger, 'ids'>): void {
  for (const id of ledger.ids()) {
    fetch(`${serverUrl}/boxwire.v1.UploadService/DeleteUpload`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
      credentials: 'include',
      keepalive: true,
    }).catch(() => {});
  }
}
