import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  NodeProtoSchema,
} from '@boxwire/proto/onnx/onnx';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { ModelError } from '../model-error.ts';

/** A constant of the graph. The numbers are made when they are written, so that one at a time is in memory. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: ElementType;
  load(): Float32Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;
}

export type ElementType = 'float32' | 'int64' | 'int32' | 'int8' | 'uint8';

/** The least and the largest number that a value is expected to hold. */
export type Range = readonly [min: number, max: number];

/** Whole numbers, lists of them, or text; floats are given as `{ float: 0.1 }` to tell 1.0 from 1. */
export type Attributes = Readonly<Record<string, number | readonly number[] | string | { float: number }>>;

/** How many bytes one number of a type takes. */
const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  float32: 4,
  int64: 8,
  int32: 4,
  int8: 1,
  uint8: 1,
};

/** Protocol buffers end at 2 GiB, and so does an ONNX file in one piece. */
const MAX_WEIGHT_BYTES = 2 ** 31 - 2 ** 24;
const MAX_NODES = 50_000;

/** Collects the nodes and constants of a graph. Values are known by name; every name it hands out is new. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initializers: Initializer[] = [];
  /** What is known of the outputs of operations, by name; made when it is asked for. */
  readonly expectedRanges = new Map<string, () => Range>();
  readonly #known = new Map<string, string>();
  readonly #names = new Set<string>();
  #weightBytes = 0;

  /**
   * Adds an operation and returns the name of its first output.
   * @param name unique in the graph; for people who look at it
   */
  node(opType: string, name: string, input: readonly string[], attributes: Attributes = {}): string {
    const attribute = Object.entries(attributes).map(([key, value]) => toAttribute(key, value));
    return this.add(create(NodeProtoSchema, { opType, name, input: [...input], output: [name], attribute }));
  }

  /** Adds an operation as it is; its one output has its name. */
  add(node: NodeProto): string {
    if (this.nodes.length >= MAX_NODES)
      throw new ModelError(`the network has more than ${MAX_NODES} operations`);
    this.#claim(node.name);
    this.nodes.push(node);
    return node.name;
  }

  /** Adds weights. `load` is called once, when the graph is written, and must give as many numbers as `dims` says. */
  weights(
    name: string,
    dims: readonly number[],
    load: Initializer['load'],
    type: ElementType = 'float32',
  ): string {
    this.#claim(name);
    const initializer = { name, dims, type, load };
    this.#weightBytes += byteLength(initializer);
    if (this.#weightBytes > MAX_WEIGHT_BYTES) throw new ModelError('the network is larger than 2 GiB');
    this.initializers.push(initializer);
    return name;
  }

  /** A small constant of floats; the same one is stored once. */
  floats(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant('float32', values, dims, () => Float32Array.from(values));
  }

  /** One byte without sign; the same one is stored once. */
  byte(value: number): string {
    return this.#constant('uint8', [value], [], () => Uint8Array.of(value));
  }

  /** A small constant of whole numbers, as shapes and indices are; the same one is stored once. */
  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant('int64', values, dims, () => BigInt64Array.from(values, BigInt));
  }

  #claim(name: string): void {
    if (this.#names.has(name)) throw new ModelError(`the network has two parts that are called ${name}`);
    this.#names.add(name);
  }

  #constant(
    type: Initializer['type'],
    values: readonly number[],
    dims: readonly number[],
    load: Initializer['load'],
  ): string {
    const key = `${type} [${dims}] ${values}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = `constant.${this.#known.size}`;
    this.#known.set(key, name);
    this.initializers.push({ name, dims, type, load });
    return name;
  }
}

/** How many bytes the numbers of a constant take. */
export function byteLength({ dims, type }: Initializer): number {
  return dims.reduce((product, length) => product * length, ELEMENT_BYTES[type]);
}

function toAttribute(name: string, value: Attributes[string]): AttributeProto {
  const attribute = (type: AttributeType, content: MessageInitShape<typeof AttributeProtoSchema>) =>
    create(AttributeProtoSchema, { name, type, ...content });
  if (typeof value === 'number') return attribute(AttributeType.INT, { i: BigInt(value) });
  if (typeof value === 'string') return attribute(AttributeType.STRING, { s: Buffer.from(value) });
  if ('float' in value) return attribute(AttributeType.FLOAT, { f: value.float });
  return attribute(AttributeType.INTS, { ints: value.map(BigInt) });
}
