/**
 * - `unreadable`: damaged, cut short, empty, not a video, or not there at all
 * - `unsupported`: a container or a codec that is not on the list
 * - `no-video-track`: sound, subtitles or a cover picture alone
 * - `encrypted-looking`: the container says that its samples are encrypted
 * - `limit`: more pixels, frames or seconds than the caller allowed
 * - `decoder-died`: the decoder's process crashed, was killed from outside, or stopped making progress
 * - `no-decoder`: neither node-av nor ffmpeg is installed
 */
export type VideoErrorKind =
  | 'unreadable'
  | 'unsupported'
  | 'no-video-track'
  | 'encrypted-looking'
  | 'limit'
  | 'decoder-died'
  | 'no-decoder';

/** The limits of `VideoLimits` that a file can exceed. */
export type VideoLimitName = 'maxPixels' | 'maxFrames' | 'maxDurationMs';

/** Why a video gives no frames, or no more of them. The message names the file and is fit for people. */
export class VideoError extends Error {
  readonly kind: VideoErrorKind;
  /** Of kind `limit`: which one. */
  readonly limit: VideoLimitName | undefined;

  constructor(
    kind: VideoErrorKind,
    message: string,
    options?: ErrorOptions & { limit?: VideoLimitName | undefined },
  ) {
    super(message, options);
    this.limit = options?.limit ?? (kind === 'limit' ? 'maxPixels' : undefined);
    this.name = 'VideoError';
    this.kind = kind;
  }
}
