// A small writer of pickles in protocol 2, the way PyTorch's look.
import { OrderedDict, PyCall, PyGlobal, PyObject, PyTensor, PyTuple } from './python-values.ts';

export interface WrittenPickle {
  readonly pickle: Uint8Array;
  /** The numbers of the tensors, by the key under which the pickle refers to them. */
  readonly storages: ReadonlyMap<string, Uint8Array>;
}

export function writePickle(value: unknown): WrittenPickle {
  const writer = new PickleWriter();
  writer.write(value);
  return {
    pickle: Buffer.concat([Buffer.from([0x80, 2]), ...writer.parts, Buffer.from('.')]),
    storages: writer.storages,
  };
}

/** Storages as PyTorch lays them out: little-endian. */
export function packNumbers(values: readonly number[], storage: string): Uint8Array {
  const arrays: Record<string, () => ArrayBufferView> = {
    HalfStorage: () => new Float16Array(values),
    FloatStorage: () => new Float32Array(values),
    DoubleStorage: () => new Float64Array(values),
    BFloat16Storage: () =>
      Uint16Array.from(new Uint32Array(new Float32Array(values).buffer), (bits) => bits >>> 16),
    LongStorage: () => BigInt64Array.from(values, BigInt),
  };
  const array = arrays[storage]?.() as ArrayBufferView;
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

class PickleWriter {
  readonly parts: Uint8Array[] = [];
  readonly storages = new Map<string, Uint8Array>();
  /** Strings, and objects, which may be in several places. */
  readonly #memo = new Map<unknown, number>();

  write(value: unknown): void {
    if (value === null) this.#op('N');
    else if (typeof value === 'boolean') this.#op(value ? '\x88' : '\x89');
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#string(value);
    else if (Array.isArray(value)) this.#filled(']', value, 'e');
    else if (value instanceof PyTuple) this.#tuple(value.items);
    else if (value instanceof PyGlobal) this.#op(`c${value.module}\n${value.name}\n`);
    else if (value instanceof PyCall) this.#call(value);
    else if (value instanceof PyObject) this.#object(value);
    else if (value instanceof PyTensor) this.#tensor(value);
    else if (value instanceof OrderedDict) {
      this.write(new PyCall(new PyGlobal('collections', 'OrderedDict')));
      this.#filled('', Object.entries(value.entries).flat(), 'u');
    } else if (value instanceof Map) this.#filled('}', [...value].flat(), 'u');
    else this.#filled('}', Object.entries(value as object).flat(), 'u');
  }

  #op(text: string): void {
    this.parts.push(Buffer.from(text, 'latin1'));
  }

  #number(value: number): void {
    const bytes = Buffer.alloc(9);
    if (!Number.isInteger(value)) {
      bytes.writeDoubleBE(value, 1);
      this.#op(`G${bytes.toString('latin1', 1)}`);
    } else if (value >= 0 && value < 256) {
      this.#op(`K${String.fromCharCode(value)}`);
    } else if (value >= -(2 ** 31) && value < 2 ** 31) {
      bytes.writeInt32LE(value, 1);
      this.#op(`J${bytes.toString('latin1', 1, 5)}`);
    } else {
      bytes.writeBigInt64LE(BigInt(value), 1);
      this.#op(`\x8a\x08${bytes.toString('latin1', 1)}`);
    }
  }

  #string(value: string): void {
    if (this.#recall(value)) return;
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    this.parts.push(Buffer.from('X'), length, bytes);
    this.#remember(value);
  }

  #recall(value: unknown): boolean {
    const known = this.#memo.get(value);
    if (known === undefined) return false;
    this.#index('h', 'j', known);
    return true;
  }

  #remember(value: unknown): void {
    this.#memo.set(value, this.#memo.size);
    this.#index('q', 'r', this.#memo.size - 1);
  }

  #index(short: string, long: string, index: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(index);
    this.#op(index < 256 ? short + String.fromCharCode(index) : long + bytes.toString('latin1'));
  }

  #filled(empty: string, items: readonly unknown[], fill: string): void {
    this.#op(empty);
    if (items.length === 0) return;
    this.#op('(');
    for (const item of items) this.write(item);
    this.#op(fill);
  }

  #tuple(items: readonly unknown[]): void {
    if (items.length === 0 || items.length > 3) this.#op(items.length === 0 ? ')' : '(');
    for (const item of items) this.write(item);
    if (items.length > 3) this.#op('t');
    else if (items.length > 0) this.#op(String.fromCharCode(0x84 + items.length));
  }

  #call({ callable, args }: PyCall): void {
    this.write(callable);
    this.write(args);
    this.#op('R');
  }

  #object(object: PyObject): void {
    if (this.#recall(object)) return;
    this.write(object.type);
    this.#op(')\x81');
    this.#remember(object);
    this.write(object.attributes);
    this.#op('b');
  }

  #tensor({ shape, values, layout }: PyTensor): void {
    const key = layout.key ?? String(this.storages.size);
    if (layout.key === undefined) this.storages.set(key, packNumbers(values, layout.storage));
    const strides = layout.strides ?? shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
    const elements = layout.elements ?? values.length;
    this.write(new PyGlobal('torch._utils', '_rebuild_tensor_v2'));
    this.#op('(');
    this.write(new PyTuple('storage', new PyGlobal('torch', layout.storage), key, 'cpu', elements));
    this.#op('Q');
    for (const item of [
      layout.offset ?? 0,
      new PyTuple(...shape),
      new PyTuple(...strides),
      false,
      new OrderedDict({}),
    ]) {
      this.write(item);
    }
    this.#op('tR');
  }
}
