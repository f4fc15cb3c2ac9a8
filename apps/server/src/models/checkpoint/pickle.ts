import { ModelError } from '../model-error.ts';
import { ByteCursor } from './byte-cursor.ts';
import { PickleGlobal, PickleObject, type PickleValue } from './pickle-values.ts';

/** What the names in a pickle mean. Each function refuses by throwing a `ModelError` that names what it refuses. */
export interface PickleVocabulary {
  /** Called for every class or function named, before anything is made of it. */
  resolve(module: string, name: string): PickleGlobal;
  /** `callable(*args)`. */
  call(callable: PickleGlobal, args: readonly PickleValue[]): PickleValue;
  /** Something kept outside the pickle. */
  loadPersistent(id: PickleValue): PickleValue;
}

/** A model's structure takes about 100 KB; an interrupted training's 1 MB. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;

/** Stands on the stack where a group of values begins. */
const MARK = Symbol('mark');
type StackItem = PickleValue | typeof MARK;

const STOP = 0x2e;

/**
 * Reads a pickle of protocol 2, the one that PyTorch writes, into plain data. Nothing is imported or executed:
 * `vocabulary` decides what names become. Containers may contain themselves, as in Python.
 * @throws {ModelError} at anything that is damaged, not of protocol 2, or refused by the vocabulary
 */
export function readPickle(bytes: Uint8Array, vocabulary: PickleVocabulary): PickleValue {
  if (bytes.length > MAX_PICKLE_BYTES) {
    throw new ModelError(`its pickle has ${bytes.length} bytes; at most ${MAX_PICKLE_BYTES} are allowed`);
  }
  if (bytes[0] !== 0x80) throw new ModelError('its pickle does not begin as one of protocol 2 does');
  return new PickleMachine(bytes, vocabulary).run();
}

class PickleMachine {
  readonly #cursor: ByteCursor;
  readonly #vocabulary: PickleVocabulary;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, PickleValue>();
  /** How many values may still be copied from one container to another. */
  #copiesLeft: number;

  readonly #opcodes: ReadonlyMap<number, () => void> = new Map([
    // Values that stand in the pickle.
    [0x4e /* NONE */, () => this.#push(null)],
    [0x88 /* NEWTRUE */, () => this.#push(true)],
    [0x89 /* NEWFALSE */, () => this.#push(false)],
    [0x4b /* BININT1 */, () => this.#push(this.#cursor.uint8())],
    [0x4d /* BININT2 */, () => this.#push(this.#cursor.uint16())],
    [0x4a /* BININT */, () => this.#push(this.#cursor.int32())],
    [0x8a /* LONG1 */, () => this.#push(this.#cursor.long(this.#cursor.uint8()))],
    [0x47 /* BINFLOAT */, () => this.#push(this.#cursor.float64())],
    [0x58 /* BINUNICODE */, () => this.#push(this.#cursor.text(this.#cursor.uint32()))],
    [0x55 /* SHORT_BINSTRING */, () => this.#push(this.#cursor.raw(this.#cursor.uint8()))],
    [0x54 /* BINSTRING */, () => this.#push(this.#cursor.raw(this.#cursor.uint32()))],
    // Containers, made or filled.
    [0x28 /* MARK */, () => this.#push(MARK)],
    [0x29 /* EMPTY_TUPLE */, () => this.#push([])],
    [0x5d /* EMPTY_LIST */, () => this.#push([])],
    [0x7d /* EMPTY_DICT */, () => this.#push(new Map())],
    [0x74 /* TUPLE */, () => this.#push(this.#popGroup())],
    [0x85 /* TUPLE1 */, () => this.#push(this.#popMany(1))],
    [0x86 /* TUPLE2 */, () => this.#push(this.#popMany(2))],
    [0x87 /* TUPLE3 */, () => this.#push(this.#popMany(3))],
    [0x61 /* APPEND */, () => this.#append([this.#pop()])],
    [0x65 /* APPENDS */, () => this.#append(this.#popGroup())],
    [0x73 /* SETITEM */, () => this.#setItems(this.#popMany(2))],
    [0x75 /* SETITEMS */, () => this.#setItems(this.#popGroup())],
    // Names, objects, and what was met before.
    [0x80 /* PROTO */, () => this.#checkProtocol(this.#cursor.uint8())],
    [0x71 /* BINPUT */, () => this.#remember(this.#cursor.uint8())],
    [0x72 /* LONG_BINPUT */, () => this.#remember(this.#cursor.uint32())],
    [0x68 /* BINGET */, () => this.#recall(this.#cursor.uint8())],
    [0x6a /* LONG_BINGET */, () => this.#recall(this.#cursor.uint32())],
    [0x63 /* GLOBAL */, () => this.#push(this.#vocabulary.resolve(this.#cursor.line(), this.#cursor.line()))],
    [0x51 /* BINPERSID */, () => this.#push(this.#vocabulary.loadPersistent(this.#pop()))],
    [0x52 /* REDUCE */, () => this.#call()],
    [0x81 /* NEWOBJ */, () => this.#call()],
    [0x62 /* BUILD */, () => this.#build()],
  ]);

  constructor(bytes: Uint8Array, vocabulary: PickleVocabulary) {
    this.#cursor = new ByteCursor(bytes);
    this.#copiesLeft = bytes.length;
    this.#vocabulary = vocabulary;
  }

  run(): PickleValue {
    for (;;) {
      const start = this.#cursor.position;
      const opcode = this.#cursor.uint8();
      if (opcode === STOP) return this.#finish();
      const obey = this.#opcodes.get(opcode);
      if (!obey) throw new ModelError(`its pickle has the opcode 0x${opcode.toString(16)} at byte ${start}`);
      obey();
    }
  }

  #finish(): PickleValue {
    const value = this.#pop();
    if (this.#stack.length > 0) throw damaged('values are left over at the end');
    return value;
  }

  #checkProtocol(version: number): void {
    if (version !== 2) throw new ModelError(`its pickle is of protocol ${version}; PyTorch's own is 2`);
  }

  #remember(index: number): void {
    const top = this.#stack.at(-1);
    if (top === undefined || top === MARK) throw damaged('there is nothing to remember');
    this.#memo.set(index, top);
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw damaged(`number ${index} was never stored`);
    this.#push(value);
  }

  #call(): void {
    const args = this.#pop();
    const callable = this.#pop();
    if (!(callable instanceof PickleGlobal)) throw damaged('something is called that is not a name');
    if (!Array.isArray(args)) throw damaged(`${callable.name} is called without a tuple`);
    for (const arg of args) this.#countCopies(arg);
    this.#push(this.#vocabulary.call(callable, args));
  }

  /** Sets an object's attributes. Containers are made whole by their own opcodes and ignore theirs. */
  #build(): void {
    const state = this.#pop();
    const target = this.#stack.at(-1);
    if (target === undefined || target === MARK) throw damaged('attributes without an object');
    if (target instanceof PickleObject && state instanceof Map) {
      this.#countCopies(state);
      for (const [name, value] of state) target.attributes.set(name, value);
    }
  }

  /**
   * What a container holds stands in the pickle, a byte and more for each value. A container that is used again and
   * again could become any number of copies.
   */
  #countCopies(value: PickleValue): void {
    if (Array.isArray(value)) this.#copiesLeft -= value.length;
    else if (value instanceof Map) this.#copiesLeft -= value.size;
    if (this.#copiesLeft < 0) throw damaged('it copies more than it holds');
  }

  #append(items: readonly PickleValue[]): void {
    const target = this.#stack.at(-1);
    if (!Array.isArray(target)) throw damaged('items without a list');
    for (const item of items) target.push(item);
  }

  #setItems(items: readonly PickleValue[]): void {
    const target = this.#stack.at(-1);
    if (!(target instanceof Map)) throw damaged('items without a dict');
    if (items.length % 2 !== 0) throw damaged('a key without a value');
    for (let i = 0; i < items.length; i += 2)
      target.set(items[i] as PickleValue, items[i + 1] as PickleValue);
  }

  #push(value: StackItem): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw damaged('a value is missing');
    return value;
  }

  #popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popGroup(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw damaged('a group ends that never began');
    return this.#stack.splice(mark).slice(1) as PickleValue[];
  }
}

function damaged(what: string): ModelError {
  return new ModelError(`its pickle is damaged: ${what}`);
}
