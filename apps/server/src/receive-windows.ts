import type { ServerHttp2Session } from 'node:http2';

/**
 * What a client may send before it has to wait, in bytes: on one stream ahead of its reading, and on a connection per
 * round trip, since Node takes note of what has arrived at once. What is under way is read in one go, while all others
 * wait, and no cache holds much of it; but each round trip brings no more than a window. At the protocol's default of
 * 64 KiB a raw frame of 960x540 takes 24 of them: 10 ms each make 4 frames a second of a network that could carry far more.
 */
export const RECEIVE_WINDOWS = {
  near: { stream: 2 ** 18, session: 2 ** 20 },
  far: { stream: 2 ** 21, session: 2 ** 23 },
};

/** The six round trips of such a frame then take less than its inference. */
const FAR_MS = 3;
/** One that comes back soon shows that a client is near; slow ones may be those of a client that is busy. */
const PINGS = 5;

/** Begins with the windows of a near client, and widens them where no ping comes back soon. */
export function suitWindows(session: ServerHttp2Session): void {
  session.setLocalWindowSize(RECEIVE_WINDOWS.near.session);
  let pings = 0;
  function ping(): void {
    if (session.destroyed) return;
    session.ping((error, durationMs) => {
      // Of a session that has ended.
      if (error || session.destroyed) return;
      pings++;
      if (durationMs < FAR_MS) return;
      if (pings < PINGS) return ping();
      session.settings({ initialWindowSize: RECEIVE_WINDOWS.far.stream });
      session.setLocalWindowSize(RECEIVE_WINDOWS.far.session);
    });
  }
  ping();
}
