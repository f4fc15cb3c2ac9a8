// What the server and the process that decodes pictures say to each other: lines of JSON over the process's standard input
// and output, one order and one answer at a time. The bytes that belong to a line lie in a file that both have open,
// the window. What does not fit is passed on in pieces: `NEXT` says that a piece was taken, or that the next one is there.
import type { InputOrder } from '../../yolo/input-order.ts';
import type { Scaling, Size } from '../../yolo/letterbox.ts';
import type { DetectorErrorKind } from '../detector-error.ts';

/** The window's descriptor in the decoder's process. */
export const WINDOW_FD = 3;
/** The network's input fits, up to 1664x1664; small enough for some of them in what containers give to /dev/shm, 64 MiB. */
export const WINDOW_BYTES = 2 ** 23;

export const NEXT = JSON.stringify('next');

/** What is to be done with a picture's bytes. */
export type PictureOrder =
  /** To the network's input; `width` and `height` as the caller declared them, 0 if not. */
  | (Size & {
      readonly kind: 'prepare';
      readonly maxPixels: number;
      readonly scaling: Scaling;
      readonly inputOrder: InputOrder;
    })
  | { readonly kind: 'read-header' }
  /** RGB pixels to a small JPEG. */
  | (Size & { readonly kind: 'shrink'; readonly sidePx: number });

export interface OrderLine {
  readonly order: PictureOrder;
  /** How many bytes come with it. */
  readonly bytes: number;
}

export type DecoderLine =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      /** What is told beside the bytes, as the order's kind has it. */
      readonly about: unknown;
      readonly bytes: number;
    }
  /** The picture is wrong. */
  | { readonly kind: 'refused'; readonly errorKind: DetectorErrorKind; readonly message: string }
  /** Something else is. */
  | { readonly kind: 'failed'; readonly message: string };
