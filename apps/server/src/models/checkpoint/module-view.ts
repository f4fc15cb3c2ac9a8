import { ModelError } from '../model-error.ts';
import { PickleObject, type PickleValue, TensorRef } from './pickle-values.ts';

/** The largest networks hold some forty in one. */
const MAX_CHILDREN = 5000;

/**
 * A `torch.nn.Module` read from a checkpoint: attributes by name, each checked when it is asked for.
 * Errors say where in the network they happened.
 */
export class ModuleView {
  readonly className: string;
  /** For people: `layer 4 (C3).cv1`. */
  readonly where: string;
  readonly #object: PickleObject;

  constructor(object: PickleObject, where: string) {
    this.#object = object;
    this.className = object.className;
    this.where = where;
  }

  /** The same module under another name for people. */
  at(where: string): ModuleView {
    return new ModuleView(this.#object, where);
  }

  /** An attribute as it was stored, undefined if there is none. */
  get(name: string): PickleValue | undefined {
    return this.#object.attributes.get(name);
  }

  /** A number, or undefined if there is none. */
  optionalNumber(name: string): number | undefined {
    const value = this.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? this.#missing(name, 'number');
  }

  /** A whole number of 1 or more. */
  count(name: string): number {
    const value = this.number(name);
    return Number.isSafeInteger(value) && value > 0 ? value : this.#missing(name, 'whole number above 0');
  }

  flag(name: string): boolean {
    const value = this.get(name);
    return typeof value === 'boolean' ? value : this.#missing(name, 'bool');
  }

  /** A setting for both directions, `[vertical, horizontal]`; torch stores one number where they are the same. */
  pair(name: string): [number, number] {
    const value = this.get(name);
    const [y, x] = Array.isArray(value) ? value : [value, value];
    const isPair = !Array.isArray(value) || value.length === 2;
    if (isPair && isSize(y) && isSize(x)) return [y, x];
    return this.#missing(name, 'pair of whole numbers');
  }

  /** A parameter or a buffer, undefined if there is none. */
  optionalTensor(name: string): TensorRef | undefined {
    for (const group of ['_parameters', '_buffers']) {
      const tensors = this.get(group);
      const tensor = tensors instanceof Map ? tensors.get(name) : undefined;
      if (tensor instanceof TensorRef) return tensor;
    }
    // A tensor that was simply assigned, as YOLOv5 does with `stride`.
    const plain = this.get(name);
    return plain instanceof TensorRef ? plain : undefined;
  }

  tensor(name: string): TensorRef {
    return this.optionalTensor(name) ?? this.#missing(name, 'tensor');
  }

  optionalChild(name: string): ModuleView | undefined {
    const child = this.#modules().get(name);
    return child instanceof PickleObject ? new ModuleView(child, `${this.where}.${name}`) : undefined;
  }

  child(name: string): ModuleView {
    return this.optionalChild(name) ?? this.#missing(name, 'module');
  }

  /** What a Sequential or a ModuleList holds, in order. */
  children(): ModuleView[] {
    const modules = this.#modules();
    if (modules.size > MAX_CHILDREN)
      throw new ModelError(`${this.where} holds ${modules.size} layers; at most ${MAX_CHILDREN} are allowed`);
    return [...modules].map(([name, child]) =>
      child instanceof PickleObject
        ? new ModuleView(child, `${this.where}.${String(name)}`)
        : this.#missing(String(name), 'module'),
    );
  }

  #modules(): Map<PickleValue, PickleValue> {
    const modules = this.get('_modules');
    return modules instanceof Map ? modules : this.#missing('_modules', 'dict');
  }

  #missing(name: string, kind: string): never {
    const found = this.get(name);
    throw new ModelError(
      `${this.where} (${this.className}) should have a ${kind} ${JSON.stringify(name)}, but it has ${describe(found)}`,
    );
  }
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 0xffff;
}

function describe(value: PickleValue | undefined): string {
  if (value === undefined) return 'none';
  if (value === null) return 'None';
  if (value instanceof PickleObject) return `a ${value.className}`;
  return typeof value === 'object' ? 'something else' : `the ${typeof value} ${String(value).slice(0, 40)}`;
}
