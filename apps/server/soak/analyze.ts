import { setTimeout as sleep } from 'node:timers/promises';
import type { AnalyzeResponse } from '@boxwire/proto/boxwire/v1/analysis_service';
import type { Visit } from './visit.ts';

export interface Clip {
  readonly name: string;
  readonly frames: number;
}

const PAUSE_MS = 50;
/** The last frames are near the end. */
const NEAR_END = 3;

/**
 * Has every frame of an uploaded clip searched, and goes on behind the last one told after each failure: none may be
 * missing, none twice, and all must be what they always are.
 */
export async function analyze(visit: Visit, id: string, clip: Clip): Promise<void> {
  const { tally, cancellable } = visit;
  const told: AnalyzeResponse[] = [];
  let kind: string;
  do {
    ({ kind } = await cancellable('an analysis', (signal) => listen(visit, { id, clip, told, signal })));
    if (kind === 'again') await sleep(PAUSE_MS);
  } while (kind === 'again');
  if (kind !== 'answered') return;
  tally.expect(told.length === clip.frames + 1, `${told.length} things were told of ${clip.frames} frames`);
  for (const { event } of told) {
    if (event.case === 'frame') {
      const { frame, detections } = event.value;
      tally.expectSame(`frame ${frame} of ${clip.name}`, detections);
    } else if (event.case === 'summary') tally.expectSame(`the end of ${clip.name}`, event.value);
  }
}

interface Listening {
  readonly id: string;
  readonly clip: Clip;
  /** Frames and the summary, so far. */
  readonly told: AnalyzeResponse[];
  readonly signal: AbortSignal;
}

async function listen({ clients, tally, tell }: Visit, { id, clip, told, signal }: Listening): Promise<void> {
  const every = { frames: { case: 'everyNth', value: 1 } as const, options: { imageSize: 320 } };
  const request = { uploadIds: [id], ...every, afterSequence: BigInt(told.length) };
  tell('an analysis begins');
  for await (const response of clients.analysis.analyze(request, { signal })) {
    const { sequence } = response;
    if (sequence === 0n) continue;
    told.push(response);
    tally.expect(sequence === BigInt(told.length), `${sequence} was told as number ${told.length}`);
    if (told.length === 1) tell('its first frame is told');
    if (told.length === Math.round(clip.frames / 2)) tell('its middle is told');
    if (told.length === clip.frames - NEAR_END) tell('its end is near');
  }
}
