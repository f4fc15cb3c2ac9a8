import type { Problem } from '../problems/problem.ts';
import { type Answer, isBeyond, type SuppressedAnswer } from './answer.ts';
import type { Picture, SearchState } from './picture.ts';

/** A picture's file and what was found in it. */
export interface Answered {
  readonly file: File;
  readonly answer: Answer;
}

/** The server did not give what an answer lacks. */
export class IncompleteError extends Error {
  readonly fileName: string;
  readonly problem: Problem;
  constructor(fileName: string, problem: Problem) {
    super(`the answer about ${fileName} is incomplete`);
    this.fileName = fileName;
    this.problem = problem;
  }
}

/** Has the server asked again where an answer holds too little for the settings. */
export interface Asking {
  /** Asks the server for one overlap where an answer holds too little for it. */
  askAgain(id: number, iou: number): void;
  /**
   * The answers of pictures that have one, all of them complete for these settings: the server is asked again where one
   * holds too little. What is taken off meanwhile is left out.
   * @throws IncompleteError for the first that stays incomplete
   */
  answersFor(ids: readonly number[], minConfidence: number, iou: number): Promise<readonly Answered[]>;
}

/** What asking needs of the desk. */
interface Desk {
  askForOverlap(file: File, iou: number, signal: AbortSignal): Promise<SuppressedAnswer>;
  explain(error: unknown): Promise<Problem>;
  find(id: number): Picture | undefined;
  put(id: number, search: SearchState): void;
  /** Ends the calls about a picture. @returns what ends the next ones */
  renewStop(id: number): AbortController;
}

export function createAsking({ find, put, renewStop, askForOverlap, explain }: Desk): Asking {
  /** Pictures that the server is being asked about, by their id. */
  const asking = new Map<number, Promise<void>>();

  async function ask({ id, file }: Picture, answer: Answer, iou: number) {
    const { signal } = renewStop(id);
    put(id, { phase: 'found', answer, again: 'asking' });
    let next: SearchState;
    try {
      next = { phase: 'found', answer: { ...answer, suppressed: await askForOverlap(file, iou, signal) } };
    } catch (error) {
      const again = signal.aborted ? undefined : { iou, problem: await explain(error) };
      next = { phase: 'found', answer, again };
    }
    asking.delete(id);
    if (!signal.aborted) put(id, next);
  }

  /** Where it is being asked already, that is waited for instead. */
  async function askAgain(id: number, iou: number) {
    const picture = find(id);
    if (picture?.search.phase !== 'found') return;
    const asked = asking.get(id) ?? ask(picture, picture.search.answer, iou);
    asking.set(id, asked);
    await asked;
  }

  async function completed(id: number, minConfidence: number, iou: number): Promise<Answered | undefined> {
    for (let tried = false; ; ) {
      const picture = find(id);
      if (picture?.search.phase !== 'found') return undefined;
      const { file, search } = picture;
      const { answer, again } = search;
      if (!isBeyond(answer, minConfidence, iou)) return { file, answer };
      if (tried && again && again !== 'asking') throw new IncompleteError(file.name, again.problem);
      // What is asked already may be about another overlap.
      tried = again !== 'asking';
      await askAgain(id, iou);
    }
  }

  return {
    askAgain,
    async answersFor(ids, minConfidence, iou) {
      const answered: (Answered | undefined)[] = [];
      // One by one, so that the server and the connections stay free for what is looked at.
      for (const id of ids) answered.push(await completed(id, minConfidence, iou));
      return answered.filter((one) => one !== undefined);
    },
  };
}
