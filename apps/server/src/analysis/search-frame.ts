import type { DetectionOptions, DetectionResult, Detector, SourceImage, Turn } from '../detector/detector.ts';
import { DetectorError } from '../detector/detector-error.ts';

/** A worker that dies is replaced, and its image searched again: this often in all. */
const ATTEMPTS = 3;

/**
 * Searches one frame; a full queue slows it down, as it does a stream.
 * @throws {DetectorError} `unavailable` where the workers keep dying, or the detector is closing
 */
export async function searchFrame(
  detector: Detector,
  image: SourceImage,
  options: DetectionOptions,
  turn: Omit<Turn, 'admission'>,
): Promise<DetectionResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await detector.detect(image, options, { ...turn, admission: 'patient' });
    } catch (error) {
      const isDeath = error instanceof DetectorError && error.kind === 'unavailable';
      if (!isDeath || attempt === ATTEMPTS) throw error;
    }
  }
}
