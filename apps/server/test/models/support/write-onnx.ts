// ONNX files as other programs write them: an image goes in, numbers of a given shape come out.
import {
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  ModelProtoSchema,
} from '@boxwire/proto/onnx/onnx';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';

type Dims = readonly (number | string | undefined)[];

export interface FakeNetwork {
  /** What the file says of its input; default `[batch, 3, height, width]`. */
  readonly input?: Dims;
  readonly inputType?: DataType;
  readonly outputs: readonly FakeOutput[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly moreInputs?: readonly string[];
  /** Where the file says that its weights are. */
  readonly external?: 'initializer' | 'constant' | 'function';
}

export interface FakeOutput {
  readonly name: string;
  /** The true shape. */
  readonly dims: readonly number[];
  /** What the file says instead. */
  readonly says?: Dims;
  /** What every number is; default 0.5, and 40 in the columns of boxes. */
  readonly value?: number;
}

/** The bytes of such a file. Its outputs do not depend on the input, but for its being there. */
export function fakeOnnx(network: FakeNetwork): Uint8Array {
  const {
    input = ['batch', 3, 'height', 'width'],
    inputType = DataType.FLOAT,
    outputs,
    metadata = {},
  } = network;
  const node = outputs.flatMap(({ name, dims, value }, i) => [
    { opType: 'ReduceMin', input: ['images'], output: [`min${i}`], attribute: [integer('keepdims', 0)] },
    { opType: 'Mul', input: [`min${i}`, 'zero'], output: [`zero${i}`] },
    constant(`row${i}`, inputType, dims.slice(-1), packFloats(rowOf(dims, value), inputType)),
    { opType: 'Add', input: [`zero${i}`, `row${i}`], output: [`sum${i}`] },
    constant(`shape${i}`, DataType.INT64, [dims.length], pack(BigInt64Array.from(dims, BigInt))),
    { opType: 'Expand', input: [`sum${i}`, `shape${i}`], output: [name] },
  ]);
  const outside = {
    name: 'outside',
    dims: [1n],
    dataType: DataType.FLOAT,
    dataLocation: DataLocation.EXTERNAL,
  };
  const location = [{ key: 'location', value: '/etc/passwd' }];
  const external = { ...outside, externalData: location };
  const hidden = {
    opType: 'Constant',
    output: ['outside'],
    attribute: [{ name: 'value', type: AttributeType.TENSOR, t: external }],
  };
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 7n,
      opsetImport: [{ version: 13n }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      functions: network.external === 'function' ? [{ name: 'f', node: [hidden] }] : [],
      graph: {
        name: 'fake',
        node: network.external === 'constant' ? [...node, hidden] : node,
        initializer: [
          { name: 'zero', dataType: inputType, rawData: packFloats([0], inputType) },
          ...(network.external === 'initializer' ? [external] : []),
        ],
        input: [
          valueInfo('images', inputType, input),
          ...(network.moreInputs ?? []).map((name) => valueInfo(name, DataType.FLOAT, [1])),
        ],
        output: outputs.map(({ name, dims, says }) => valueInfo(name, inputType, says ?? dims)),
      },
    }),
  );
}

function valueInfo(name: string, elemType: DataType, dims: Dims) {
  const dim = dims.map((size) => {
    if (size === undefined) return {};
    return typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } };
  });
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

type Node = NonNullable<NonNullable<MessageInitShape<typeof ModelProtoSchema>['graph']>['node']>[number];

function constant(name: string, dataType: DataType, dims: readonly number[], rawData: Uint8Array): Node {
  const t = { dims: dims.map(BigInt), dataType, rawData };
  return {
    opType: 'Constant',
    output: [name],
    attribute: [{ name: 'value', type: AttributeType.TENSOR, t }],
  };
}

function integer(name: string, value: number) {
  return { name, type: AttributeType.INT, i: BigInt(value) };
}

function rowOf(dims: readonly number[], value: number | undefined): number[] {
  return Array.from({ length: dims.at(-1) ?? 0 }, (_, column) => value ?? (column < 4 ? 40 : 0.5));
}

function packFloats(values: readonly number[], type: DataType): Uint8Array {
  if (type === DataType.FLOAT16) return pack(new Float16Array(values));
  return pack(type === DataType.DOUBLE ? new Float64Array(values) : new Float32Array(values));
}

function pack(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
