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

  constructor(bytes: Uint8Array, vocabulary: PickleVocabulary) {
    this.#cursor = new ByteCursor(bytes);
    this.#copiesLeft = bytes.length;
    this.#vocabulary = vocabulary;
  }

  run(): PickleValue {
    for (;;) {
      const start = this.#cursor.position;
      const opcode = this.#cursor.uint8();
      if (opcode === 0x2e) return this.#finish(); // STOP
      if (!this.#constant(opcode) && !this.#container(opcode) && !this.#reference(opcode)) {
        throw new ModelError(`its pickle has the opcode 0x${opcode.toString(16)} at byte ${start}`);
      }
    }
  }

  #finish(): PickleValue {
    const value = this.#pop();
    if (this.#stack.length > 0) throw damaged('values are left over at the end');
    return value;
  }

  /** Opcodes that push a value which stands in the pickle. */
  #constant(opcode: number): boolean {
    switch (opcode) {
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4b: // BININT1
        return this.#push(this.#cursor.uint8());
      case 0x4d: // BININT2
        return this.#push(this.#cursor.uint16());
      case 0x4a: // BININT
        return this.#push(this.#cursor.int32());
      case 0x8a: // LONG1
        return this.#push(this.#cursor.long(this.#cursor.uint8()));
      case 0x47: // BINFLOAT
        return this.#push(this.#cursor.float64());
      case 0x58: // BINUNICODE
        return this.#push(this.#cursor.text(this.#cursor.uint32()));
      case 0x55: // SHORT_BINSTRING
        return this.#push(this.#cursor.raw(this.#cursor.uint8()));
      case 0x54: // BINSTRING
        return this.#push(this.#cursor.raw(this.#cursor.uint32()));
      default:
        return false;
    }
  }

  /** Opcodes that make or fill containers. */
  #container(opcode: number): boolean {
    switch (opcode) {
      case 0x28: // MARK
        this.#stack.push(MARK);
        return true;
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        return this.#push([]);
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map());
      case 0x74: // TUPLE
        return this.#push(this.#popGroup());
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push(this.#popMany(opcode - 0x84));
      case 0x61: // APPEND
        return this.#append([this.#pop()]);
      case 0x65: // APPENDS
        return this.#append(this.#popGroup());
      case 0x73: // SETITEM
        return this.#setItems(this.#popMany(2));
      case 0x75: // SETITEMS
        return this.#setItems(this.#popGroup());
      default:
        return false;
    }
  }

  /** Opcodes that deal with names, objects and what was met before. */
  #reference(opcode: number): boolean {
    switch (opcode) {
      case 0x80: // PROTO
        return this.#protocol(this.#cursor.uint8());
      case 0x71: // BINPUT
        return this.#remember(this.#cursor.uint8());
      case 0x72: // LONG_BINPUT
        return this.#remember(this.#cursor.uint32());
      case 0x68: // BINGET
        return this.#recall(this.#cursor.uint8());
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#cursor.uint32());
      case 0x63: // GLOBAL
        return this.#push(this.#vocabulary.resolve(this.#cursor.line(), this.#cursor.line()));
      case 0x51: // BINPERSID
        return this.#push(this.#vocabulary.loadPersistent(this.#pop()));
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        return this.#call();
      case 0x62: // BUILD
        return this.#build();
      default:
        return false;
    }
  }

  #protocol(version: number): true {
    if (version === 2) return true;
    throw new ModelError(`its pickle is of protocol ${version}; PyTorch's own is 2`);
  }

  #remember(index: number): true {
    const top = this.#stack.at(-1);
    if (top === undefined || top === MARK) throw damaged('there is nothing to remember');
    this.#memo.set(index, top);
    return true;
  }

  #recall(index: number): true {
    const value = this.#memo.get(index);
    if (value === undefined) throw damaged(`number ${index} was never stored`);
    return this.#push(value);
  }

  #call(): true {
    const args = this.#pop();
    const callable = this.#pop();
    if (!(callable instanceof PickleGlobal)) throw damaged('something is called that is not a name');
    if (!Array.isArray(args)) throw damaged(`${callable.name} is called without a tuple`);
    for (const arg of args) this.#countCopies(arg);
    return this.#push(this.#vocabulary.call(callable, args));
  }

  /** Sets an object's attributes. Containers are made whole by their own opcodes and ignore theirs. */
  #build(): true {
    const state = this.#pop();
    const target = this.#stack.at(-1);
    if (target === undefined || target === MARK) throw damaged('attributes without an object');
    if (target instanceof PickleObject && state instanceof Map) {
      this.#countCopies(state);
      for (const [name, value] of state) target.attributes.set(name, value);
    }
    return true;
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

  #append(items: readonly PickleValue[]): true {
    const target = this.#stack.at(-1);
    if (!Array.isArray(target)) throw damaged('items without a list');
    for (const item of items) target.push(item);
    return true;
  }

  #setItems(items: readonly PickleValue[]): true {
    const target = this.#stack.at(-1);
    if (!(target instanceof Map)) throw damaged('items without a dict');
    if (items.length % 2 !== 0) throw damaged('a key without a value');
    for (let i = 0; i < items.length; i += 2)
      target.set(items[i] as PickleValue, items[i + 1] as PickleValue);
    return true;
  }

  #push(value: PickleValue): true {
    this.#stack.push(value);
    return true;
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw damaged('a value is missing');
    return value;
  }

  #popMany(count: number): PickleValue[] {
    const values: PickleValue[] = [];
    for (let i = 0; i < count; i++) values.push(this.#pop());
    return values.reverse();
  }

  #popGroup(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw damaged('a group ends that never began');
    const values = this.#stack.splice(mark).slice(1);
    return values as PickleValue[];
  }
}

function damaged(what: string): ModelError {
  return new ModelError(`its pickle is damaged: ${what}`);
}
