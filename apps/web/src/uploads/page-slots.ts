import { createSlots } from './slots.ts';

// Of the six connections that browsers open to one host over HTTP/1.1, for all tabs together, one is always free for
// everything else. Pictures and videos share these places, so there is one maker of them on the page.

/** For streams of results, which last. */
export const STREAM_SLOTS = createSlots('boxwire-stream', 3);

/** For pieces, which do not. */
export const PIECE_SLOTS = createSlots('boxwire-piece', 2);
