import type { Attention } from './watch-server.ts';

/** Somebody looks while the tab is visible; a network that comes back is a reason to look as well. */
export const pageAttention: Attention = {
  isPresent: () => document.visibilityState === 'visible',
  onChange(callback) {
    document.addEventListener('visibilitychange', callback);
    window.addEventListener('online', callback);
    return () => {
      document.removeEventListener('visibilitychange', callback);
      window.removeEventListener('online', callback);
    };
  },
};
