/**
 * In which order a network takes the bytes of an image, 0 to 255:
 *
 * - `planes`: `[3, height, width]`, all reds, then all greens, then all blues
 * - `squares`: `[height / 2, width / 2, 12]`, of each square of 2 x 2 pixels two reds, two greens and two blues of its
 *   upper row, then those of its lower one; both sizes are multiples of 16
 */
export type InputOrder = 'planes' | 'squares';

/** What a square has in that order. */
export const SQUARE_BYTES = 12;
