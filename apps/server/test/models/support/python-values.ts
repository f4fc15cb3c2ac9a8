// What the tests write into pickles. Plain arrays become lists, Maps and plain objects become dicts.

/** A class or function, named as in `torch.nn.modules.conv.Conv2d`. */
export class PyGlobal {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }
}

export class PyTuple {
  readonly items: readonly unknown[];

  constructor(...items: unknown[]) {
    this.items = items;
  }
}

/** `callable(*args)` */
export class PyCall {
  readonly callable: PyGlobal;
  readonly args: PyTuple;

  constructor(callable: PyGlobal, ...args: unknown[]) {
    this.callable = callable;
    this.args = new PyTuple(...args);
  }
}

/** An instance of a class with attributes, made without calling its constructor. */
export class PyObject {
  readonly type: PyGlobal;
  readonly attributes: Readonly<Record<string, unknown>>;

  constructor(type: PyGlobal, attributes: Readonly<Record<string, unknown>>) {
    this.type = type;
    this.attributes = attributes;
  }
}

export interface TensorLayout {
  readonly storage: 'HalfStorage' | 'FloatStorage' | 'DoubleStorage' | 'BFloat16Storage' | 'LongStorage';
  readonly offset?: number;
  readonly strides?: readonly number[];
  /** What the pickle claims, if it is not what there is. */
  readonly elements?: number;
  /** The entry that holds the numbers, if it is not a new one. */
  readonly key?: string;
}

export class PyTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly layout: TensorLayout;

  /** @param values the whole storage, which a layout with strides may read in another order */
  constructor(
    shape: readonly number[],
    values: readonly number[],
    layout: TensorLayout = { storage: 'FloatStorage' },
  ) {
    this.shape = shape;
    this.values = values;
    this.layout = layout;
  }
}

/** `collections.OrderedDict(...)`, filled as PyTorch fills it. */
export function orderedDict(entries: Readonly<Record<string, unknown>>): OrderedDict {
  return new OrderedDict(entries);
}

export class OrderedDict {
  readonly entries: Readonly<Record<string, unknown>>;

  constructor(entries: Readonly<Record<string, unknown>>) {
    this.entries = entries;
  }
}
