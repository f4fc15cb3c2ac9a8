/** The model that answers, as far as the page needs to know it. */
export interface ServedModel {
  readonly name: string;
  /** A detection's class id is an index into this list. */
  readonly classes: readonly string[];
  /** For people: what is special about this model; empty most of the time. */
  readonly notice: string;
  /** How many boxes the server lists per picture at most; undefined when it does not say. */
  readonly maxDetections?: number | undefined;
}

/** The names of the classes, if all answers are this model's: the server may have got another one since. */
export function classesOfAnswers(
  model: ServedModel | undefined,
  answeredBy: readonly (string | undefined)[],
): readonly string[] {
  return model && answeredBy.every((name) => name === model.name) ? model.classes : [];
}

/** What the page knows about its server. */
export type ServerStatus =
  | { readonly phase: 'connecting' }
  /** It answers, but has no model yet. */
  | { readonly phase: 'loading' }
  /** It answers, and wants to know who asks. */
  | { readonly phase: 'signed-out' }
  | { readonly phase: 'ready'; readonly model: ServedModel }
  /** No answer at all, for the n-th time in a row; `offline` when this device has no network to blame the server over. */
  | { readonly phase: 'unreachable'; readonly failures: number; readonly offline: boolean }
  /** It answers, but not as it should; the message is its own. */
  | { readonly phase: 'failing'; readonly message: string; readonly failures: number };

const READY_MS = 10_000;
const LOADING_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

/**
 * How long to wait before looking again: seldom while all is well, often while the model loads, and ever less
 * often, with some scatter so that many pages do not come at once, while the server is gone.
 *
 * @param random 0 to 1
 */
export function delayUntilNextCheckMs(status: ServerStatus, random: number): number {
  switch (status.phase) {
    case 'ready':
    case 'signed-out':
      return READY_MS;
    case 'connecting':
    case 'loading':
      return LOADING_MS;
    default: {
      const backOffMs = Math.min(FIRST_RETRY_MS * 2 ** (status.failures - 1), LONGEST_RETRY_MS);
      return backOffMs * (0.8 + 0.4 * random);
    }
  }
}
