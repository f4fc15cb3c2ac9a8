import { type Video, VideoError, type VideoFrame, type VideoInfo } from '@boxwire/video';

/** A video's chosen frames, each once, in order, whatever happens to the process that decodes them. */
export interface VideoSource extends AsyncIterable<VideoFrame>, AsyncDisposable {
  readonly info: VideoInfo;
  readonly decodedFrames: number;
  readonly decodedMs: number;
  /** How many frames were chosen so far, the last that was given included. */
  readonly chosenFrames: number;
}

/** A decoder may have been killed by chance; one that dies so often in one video is killed by the video. */
const MAX_DEATHS = 4;

/**
 * Opens a video, and opens it again where its decoder dies: the frames that were given are then passed over.
 * @param open opens it from its beginning
 * @param onClosed called when what was opened is closed
 * @throws {VideoError} what `open` throws; `decoder-died` only after several deaths
 */
export async function openVideoSource(
  name: string,
  open: () => Promise<Video>,
  onClosed: () => void,
): Promise<VideoSource> {
  let deaths = 0;
  let given = 0;
  let chosenFrames = 0;
  let decodedFrames = 0;

  async function reopen(): Promise<Video> {
    for (;;) {
      try {
        return await open();
      } catch (error) {
        mourn(error);
      }
    }
  }

  function mourn(error: unknown): void {
    if (!(error instanceof VideoError) || error.kind !== 'decoder-died') throw error;
    if (++deaths < MAX_DEATHS) return;
    const text = `${name}: its decoder died ${deaths} times, at last after frame ${decodedFrames}; it may be damaged`;
    throw new VideoError('decoder-died', text, { cause: error });
  }

  let video = await reopen();
  return {
    info: video.info,
    get decodedFrames() {
      return Math.max(decodedFrames, video.decodedFrames);
    },
    get decodedMs() {
      return video.decodedMs;
    },
    get chosenFrames() {
      return chosenFrames;
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        try {
          for await (const frame of video) {
            if (frame.frame <= given) continue;
            given = frame.frame;
            chosenFrames++;
            yield frame;
          }
          return;
        } catch (error) {
          decodedFrames = Math.max(decodedFrames, video.decodedFrames);
          mourn(error);
          video = await reopen();
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await video.close();
      onClosed();
    },
  };
}
