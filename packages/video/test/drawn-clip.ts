import { drawScene, type PlaceName, type Scene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { createVideoWriter } from '../src/write-video.ts';

export interface DrawnClip {
  readonly seed: string;
  readonly place: PlaceName;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly framesPerSecond: number;
}

/** Draws a clip and writes it as H.264 in MP4; its scenes, frame by frame. Needs the optional package. */
export async function writeDrawnClip(path: string, clip: DrawnClip): Promise<Scene[]> {
  const { frames, framesPerSecond, ...options } = clip;
  const writer = createVideoWriter(path, clip);
  const scenes = Array.from({ length: frames }, (_, i) =>
    drawScene({ ...options, timeSeconds: i / framesPerSecond }),
  );
  for (const [i, scene] of scenes.entries()) {
    const data = await renderScene(scene, { format: 'raw' });
    await writer.write({ timeMs: (i * 1000) / framesPerSecond, data });
  }
  await writer.finish();
  return scenes;
}
