import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProtoSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '@boxwire/proto/onnx/onnx';
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { ModelError } from '../model-error.ts';
import { byteLength, type ElementType, type GraphBuilder, type Initializer } from './graph-builder.ts';

/** What goes in or out: sizes are numbers, or names where they are known at run time. */
export interface GraphValue {
  readonly name: string;
  /** Default: float32. */
  readonly type?: ElementType;
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  readonly graph: GraphBuilder;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Of the standard operators; old enough to be read by any ONNX Runtime of the last years. */
const OPSET = 13;
/** The file format's version that goes with the opset. */
const IR_VERSION = 7;

const DATA_TYPES: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  int64: DataType.INT64,
  int32: DataType.INT32,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
};

const GRAPH_FIELD = 7;
const INITIALIZER_FIELD = 5;
const RAW_DATA_FIELD = 9;
const LENGTH_DELIMITED = 2;

/**
 * The bytes of an `.onnx` file, in pieces. Large networks take hundreds of megabytes, so each weight is loaded,
 * handed out and forgotten. A message's fields may come in any order and a repeated one in many parts, so the
 * pieces are fields: everything but the weights in one, then each weight.
 * @throws {ModelError} at a weight that is not finite, or that cannot be read
 */
export function* onnxPieces({ graph, inputs, outputs, metadata }: OnnxModel): Generator<Uint8Array> {
  yield encode(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: 'boxwire',
    opsetImport: [{ version: BigInt(OPSET) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const structure = encode(GraphProtoSchema, {
    name: 'yolov5',
    node: graph.nodes,
    input: inputs.map(toValueInfo),
    output: outputs.map(toValueInfo),
  });
  const heads = graph.initializers.map(initializerHead);
  const weightBytes = graph.initializers.reduce((sum, initializer) => sum + byteLength(initializer), 0);
  const headBytes = heads.reduce((sum, head) => sum + head.length, 0);
  yield new BinaryWriter()
    .tag(GRAPH_FIELD, LENGTH_DELIMITED)
    .uint32(structure.length + headBytes + weightBytes)
    .finish();
  yield structure;
  for (const [i, initializer] of graph.initializers.entries()) {
    yield heads[i] as Uint8Array;
    const values = initializer.load();
    if (values.byteLength !== byteLength(initializer)) {
      throw new Error(`${initializer.name} has ${values.length} numbers, which is not [${initializer.dims}]`);
    }
    if (values instanceof Float32Array && !areFinite(values)) {
      throw new ModelError(`${initializer.name} has numbers that are not finite`);
    }
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
}

function encode<T extends DescMessage>(schema: T, message: MessageInitShape<T>): Uint8Array {
  return toBinary(schema, create(schema, message));
}

function areFinite(values: Float32Array): boolean {
  let total = 0;
  // 0 * NaN and 0 * Infinity are NaN, and stay it.
  for (let i = 0; i < values.length; i++) total += 0 * (values[i] as number);
  return total === 0;
}

/** A weight's field up to where its numbers begin. */
function initializerHead(initializer: Initializer): Uint8Array {
  const description = encode(TensorProtoSchema, {
    name: initializer.name,
    dims: initializer.dims.map(BigInt),
    dataType: DATA_TYPES[initializer.type],
  });
  const bytes = byteLength(initializer);
  const dataHead = new BinaryWriter().tag(RAW_DATA_FIELD, LENGTH_DELIMITED).uint32(bytes).finish();
  return new BinaryWriter()
    .tag(INITIALIZER_FIELD, LENGTH_DELIMITED)
    .uint32(description.length + dataHead.length + bytes)
    .raw(description)
    .raw(dataHead)
    .finish();
}

function toValueInfo({ name, dims, type = 'float32' }: GraphValue): ValueInfoProto {
  const dim = dims.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  const tensorType = { elemType: DATA_TYPES[type], shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { tensorType }) });
}
