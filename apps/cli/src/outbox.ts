import type { Picture } from './read-pictures.ts';

/** A picture that was sent, by the number under which the server knows it. */
export type Sent = readonly [id: number, picture: Picture];

/**
 * Pictures on their way: each is read once and kept until it is answered, so that whatever a call that broke has left
 * unanswered goes out again with the next, in the same order.
 */
export class Outbox {
  readonly #pictures: AsyncIterator<Picture>;
  readonly #underWay = new Map<number, Picture>();
  /** Read for a call that may have ended meanwhile; the next one takes it. */
  #reading: Promise<IteratorResult<Picture>> | undefined;
  #failures = { id: 0, count: 0 };
  #lastId = 0;
  #calls = 0;
  #ended = false;

  constructor(pictures: AsyncIterable<Picture>) {
    this.#pictures = pictures[Symbol.asyncIterator]();
  }

  /** Whether nothing is left to be sent or answered. */
  get isDone(): boolean {
    return this.#ended && this.#underWay.size === 0;
  }

  /** @returns the picture of an answer @throws when none of that number is under way */
  answered(id: number): Picture {
    const picture = this.#underWay.get(id);
    if (!picture) throw new Error(`the server answered frame ${id}, which was not asked`);
    this.#underWay.delete(id);
    return picture;
  }

  /** Takes note that one could not be answered. @returns how often that one in a row */
  failed(id: number): number {
    this.#failures = { id, count: this.#failures.id === id ? this.#failures.count + 1 : 1 };
    return this.#failures.count;
  }

  /**
   * What a new call has to send. The calls before it get nothing more.
   * @param admit whether a picture is to be sent at all; asked once for each
   */
  async *forNextCall(admit: (sent: Sent) => boolean): AsyncGenerator<Sent> {
    const call = ++this.#calls;
    yield* Array.from(this.#underWay);
    while (call === this.#calls) {
      this.#reading ??= this.#pictures.next();
      const { done, value } = await this.#reading;
      if (call !== this.#calls) return;
      this.#reading = undefined;
      this.#ended = done === true;
      if (done) return;
      const sent = [++this.#lastId, value] as const;
      if (!admit(sent)) continue;
      this.#underWay.set(...sent);
      yield sent;
    }
  }
}
