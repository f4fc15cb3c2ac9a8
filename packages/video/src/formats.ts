// What is let in. Everything else FFmpeg knows (playlists that open other files, network protocols, a hundred
// rare codecs) is attack surface without a user.

/** Demuxers: MP4 and MOV, Matroska and WebM, AVI. */
export const CONTAINERS = ['mov', 'mp4', 'matroska', 'webm', 'avi'];

/** Codecs by FFmpeg's names. */
export const CODECS = ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'mjpeg', 'mpeg4'];

export const ALLOWED_TEXT =
  'MP4, MOV, WebM, Matroska or AVI with H.264, HEVC, VP8, VP9, AV1, MJPEG or MPEG-4';

/** Decoder threads: more than enough to outrun the network, without taking the machine. */
export const DECODER_THREADS = 2;

/** Of a pixel, as frames are given. */
export const RGB_BYTES = 3;
