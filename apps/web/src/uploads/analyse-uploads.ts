import type { AnalysisService, AnalyzeResponse } from '@boxwire/proto/boxwire/v1/analysis_service';
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { type AnalysisEvent, analysisEvent } from './analysis-event.ts';
import { isPassing, type Pause, pauseForConnection } from './passing.ts';
import type { Slot, Slots } from './slots.ts';
import { createTimeLimit } from './time-limit.ts';

export type AnalysisClient = Client<typeof AnalysisService>;

/** What is analysed, and how that is followed. */
export interface AnalysisTask {
  /** The uploads, complete or still under way; the same in each attempt. */
  readonly uploadIds: readonly string[];
  /** Of a video, frames N, 2N, 3N ... counted from 1. */
  readonly everyNth: number;
  readonly options: {
    readonly confidence: number;
    readonly iou: number;
    readonly maxDetections?: number;
    readonly unclipped?: boolean;
  };
  /** The longer side of the small pictures that come with a video's frames, in pixels; none without. */
  readonly thumbnailSide?: number | undefined;
  /** The last sequence that is known already; 0 for the beginning. */
  readonly afterSequence: number;
  /** Ends the analysis, on the server as well. */
  readonly signal: AbortSignal;
  /** Places for streams, shared by all analyses. */
  readonly slots: Slots;
  /** Told each failure that is waited out, and `undefined` when it goes on. */
  readonly onTrouble: (error: unknown) => void;
  /** Told when it waits for its turn and when it has it. */
  readonly onTurn: (waiting: boolean) => void;
  readonly pause?: Pause;
  /** How long a stream runs before it lets others go, when there are any. */
  readonly turnMs?: number;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

/** An event, which upload it is about, and where to go on behind it. */
export interface NumberedEvent {
  readonly uploadIndex: number;
  /** 0 for what has none. */
  readonly sequence: number;
  readonly event: AnalysisEvent;
}

const TURN_MS = 5_000;

/** A turn is at least so many times as long as it took to get going: the server has to find its place again. */
const TURN_PER_START = 4;

/** How often it is looked whether somebody waits, once a turn could end. */
const ASK_AGAIN_MS = 500;

/** A stream that says nothing for so long is taken for dead: the server reports a few times a second. */
const SILENCE_MS = 45_000;

/**
 * Analyses uploads and yields what is found as it is found: every frame once and in order, across lost connections
 * and restarts of the server. Ends with the last upload's end.
 *
 * @throws the signal's reason, else a ConnectError that stays
 */
export async function* analyseUploads(
  client: AnalysisClient,
  task: AnalysisTask,
): AsyncGenerator<NumberedEvent> {
  const { signal, pause = pauseForConnection } = task;
  const place: Place = { sequence: task.afterSequence, failed: 0 };
  while (!(yield* takeTurn(client, task, place))) {
    if (place.failed > 0) await pause(place.failed, signal);
  }
}

/** How far the analysis has come, and how many turns in a row have failed since. */
interface Place {
  sequence: number;
  failed: number;
}

/** Goes on for one turn. @returns whether that was the last */
async function* takeTurn(
  client: AnalysisClient,
  task: AnalysisTask,
  place: Place,
): AsyncGenerator<NumberedEvent, boolean> {
  const { signal, onTrouble, onTurn } = task;
  onTurn(true);
  const slot = await task.slots.take(signal);
  onTurn(false);
  const silence = createTimeLimit(SILENCE_MS);
  const stop = new AbortController();
  const turn = createTurn(slot, task);
  try {
    const signals = AbortSignal.any([signal, silence.signal, stop.signal]);
    for await (const response of client.analyze(toRequest(task, place), { signal: signals })) {
      silence.restart();
      const numbered = advance(response, place);
      if (!numbered) continue;
      onTrouble(undefined);
      yield numbered;
      if (isLast(numbered, task)) return true;
      if (await turn.isOver(numbered)) return false;
    }
    throw new ConnectError('the analysis ended without its summary', Code.Unavailable);
  } catch (error) {
    signal.throwIfAborted();
    if (!isPassing(error)) throw error;
    place.failed++;
    onTrouble(error);
    return false;
  } finally {
    // Leaving the loop does not end the call by itself.
    stop.abort();
    silence.stop();
    slot.release();
  }
}

/** Takes note of a response. @returns what is new in it @throws when something is missing before it */
function advance(response: AnalyzeResponse, place: Place): NumberedEvent | undefined {
  const sequence = Number(response.sequence);
  const event = analysisEvent(response);
  if (sequence > 0) {
    if (sequence <= place.sequence) return undefined;
    if (sequence > place.sequence + 1) {
      const missing = `${sequence} came after ${place.sequence}`;
      throw new ConnectError(`the analysis left something out: ${missing}`, Code.Aborted);
    }
    place.sequence = sequence;
    place.failed = 0;
  }
  return event && { uploadIndex: response.uploadIndex, sequence, event };
}

function isLast({ event, uploadIndex }: NumberedEvent, { uploadIds }: AnalysisTask): boolean {
  return event.kind === 'end' && uploadIndex === uploadIds.length - 1;
}

/** Decides when to let others have the place. */
function createTurn(slot: Slot, { turnMs = TURN_MS, now = () => performance.now() }: AnalysisTask) {
  const startedMs = now();
  let endMs = startedMs + turnMs;
  let started = false;
  return {
    async isOver({ event }: NumberedEvent): Promise<boolean> {
      const nowMs = now();
      if (event.kind === 'frame' && !started) {
        started = true;
        endMs = Math.max(endMs, startedMs + TURN_PER_START * (nowMs - startedMs));
      }
      const idle = event.kind === 'progress' && event.stage !== 'analysing';
      if (nowMs < endMs || !(started || idle)) return false;
      endMs = nowMs + ASK_AGAIN_MS;
      return slot.isWanted();
    },
  };
}

function toRequest({ uploadIds, everyNth, options, thumbnailSide = 0 }: AnalysisTask, { sequence }: Place) {
  return {
    uploadIds: [...uploadIds],
    options,
    thumbnailSide,
    frames: { case: 'everyNth', value: everyNth } as const,
    afterSequence: BigInt(sequence),
  };
}
