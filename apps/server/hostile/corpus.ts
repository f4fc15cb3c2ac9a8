import { craftedMatroskas } from './crafted-matroskas.ts';
import { bombs, longSides, oddPictures, otherFormats } from './crafted-pictures.ts';
import type { HostileFile } from './hostile-file.ts';
import { goodMatroskas, toMatroska } from './matroska.ts';
import { goodPictures, spoiltPictures } from './pictures.ts';
import { craftedMp4s, goodVideos, oddVideos, spoiltVideos } from './videos.ts';

export interface CorpusOptions {
  /** Bits to turn, one a file: for each format of pictures and of videos. */
  readonly pictureFlips: number;
  readonly videoFlips: number;
  /** Files that are cut, at most, of each format. A video takes a process. */
  readonly pictureCuts?: number;
  readonly videoCuts: number;
  readonly seed: number;
  /** Where nobody must come to, for example http://127.0.0.1:9. */
  readonly address: string;
}

export interface Corpus {
  readonly pictures: readonly HostileFile[];
  readonly videos: readonly HostileFile[];
  /** A picture that must be answered all the while. */
  readonly good: Buffer;
}

/** Hostile files, made in code from drawn pictures and clips. The same for the same options. */
export async function createCorpus(options: CorpusOptions): Promise<Corpus> {
  const { pictureCuts, pictureFlips, videoFlips, videoCuts, seed, address } = options;
  const [pictures, videos] = [await goodPictures(), await goodVideos()];
  const { mp4 } = videos;
  const matroskas = await goodMatroskas();
  const whole = { mkv: toMatroska(matroskas.mkv), webm: toMatroska(matroskas.webm) };
  return {
    good: pictures.jpeg ?? Buffer.alloc(0),
    pictures: [
      ...spoiltPictures(pictures, { cuts: pictureCuts, flips: pictureFlips, seed }),
      ...bombs(pictures),
      ...(await longSides()),
      ...(await oddPictures(pictures)),
      ...otherFormats(address),
    ],
    videos: [
      ...spoiltVideos({ ...videos, ...whole }, { cuts: videoCuts, flips: videoFlips, seed }),
      ...(mp4 ? craftedMp4s(mp4, address) : []),
      ...craftedMatroskas(matroskas, address),
      ...oddVideos(videos, address),
    ],
  };
}
