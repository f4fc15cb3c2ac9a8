/*
 * What a pickle is read into: plain data. Python's None, bool, int, float, str and bytes become null, boolean,
 * number (bigint beyond 2^53), string and Uint8Array; lists and tuples become arrays, dicts and OrderedDicts
 * become Maps, sets become Sets; everything else becomes one of the classes below.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleGlobal
  | PickleObject
  | StorageRef
  | TensorRef;

/** A class or function that the pickle names. It is a name and nothing more: there is no code behind it. */
export class PickleGlobal {
  /** Module and name, as in `torch.nn.modules.conv.Conv2d`. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** An instance of a Python class: its class's name and its attributes. */
export class PickleObject {
  readonly className: string;
  readonly attributes = new Map<PickleValue, PickleValue>();

  constructor(className: string) {
    this.className = className;
  }
}

export type StorageType = 'float16' | 'bfloat16' | 'float32' | 'float64' | 'int' | 'bool';

/** A flat array of numbers, kept in an entry of its own beside the pickle. */
export class StorageRef {
  readonly type: StorageType;
  readonly elementBytes: number;
  /** The entry's name under `data/`. */
  readonly key: string;
  readonly elements: number;

  constructor(type: StorageType, elementBytes: number, key: string, elements: number) {
    this.type = type;
    this.elementBytes = elementBytes;
    this.key = key;
    this.elements = elements;
  }
}

/** A view of a storage; offset and strides count elements. Checked to lie inside its storage. */
export class TensorRef {
  readonly storage: StorageRef;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: StorageRef, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}
