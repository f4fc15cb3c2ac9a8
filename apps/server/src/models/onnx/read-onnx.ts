import {
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '@boxwire/proto/onnx/onnx';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelError } from '../model-error.ts';

/** An input or an output of a network. */
export interface TensorInfo {
  readonly name: string;
  /** Lower case, as in `float32`; `unknown` for what is no tensor. */
  readonly elementType: string;
  /** A size, or `undefined` where it is known only when the model runs; undefined if not even the count is known. */
  readonly dims: readonly (number | undefined)[] | undefined;
}

export interface OnnxFacts {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly metadata: ReadonlyMap<string, string>;
}

const ELEMENT_TYPES: ReadonlyMap<DataType, string> = new Map([
  [DataType.FLOAT, 'float32'],
  [DataType.FLOAT16, 'float16'],
  [DataType.BFLOAT16, 'bfloat16'],
  [DataType.DOUBLE, 'float64'],
]);

/**
 * Reads what an ONNX file says of itself, without running it. The bytes are not changed.
 * @throws {ModelError} if it is no ONNX file, or if parts of it are in other files
 */
export function readOnnx(bytes: Uint8Array): OnnxFacts {
  const model = parse(bytes);
  const { graph } = model;
  if (!graph || graph.node.length === 0 || graph.output.length === 0) {
    throw new ModelError('it is not an ONNX file: it has no graph');
  }
  refuseExternalData(graph);
  for (const { node } of model.functions) refuseExternalConstants(node);
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  return {
    inputs: graph.input.filter((input) => !constants.has(input.name)).map(toTensorInfo),
    outputs: graph.output.map(toTensorInfo),
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function parse(bytes: Uint8Array) {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw new ModelError('it is not an ONNX file, or it is damaged', { cause });
  }
}

/** Weights in other files would let a model read any file on this machine, and could change behind our back. */
function refuseExternalData(graph: GraphProto): void {
  const sparse = graph.sparseInitializer.flatMap(({ values, indices }) => [values, indices]);
  for (const tensor of [...graph.initializer, ...sparse]) refuseExternal(tensor);
  refuseExternalConstants(graph.node);
}

function refuseExternalConstants(nodes: readonly NodeProto[]): void {
  for (const { t, g, tensors, graphs } of nodes.flatMap((node) => node.attribute)) {
    for (const tensor of [t, ...tensors]) refuseExternal(tensor);
    for (const inner of g ? [g, ...graphs] : graphs) refuseExternalData(inner);
  }
}

function refuseExternal(tensor: TensorProto | undefined): void {
  if (tensor?.dataLocation === DataLocation.EXTERNAL || (tensor && tensor.externalData.length > 0)) {
    throw new ModelError(
      'its weights are in other files (external data); an ONNX file in one piece is needed',
    );
  }
}

function toTensorInfo({ name, type }: ValueInfoProto): TensorInfo {
  const tensor = type?.tensorType;
  const dims = tensor?.shape?.dim.map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : undefined,
  );
  const elementType =
    tensor && (ELEMENT_TYPES.get(tensor.elemType) ?? DataType[tensor.elemType]?.toLowerCase() ?? 'unknown');
  return { name, elementType: elementType ?? 'unknown', dims };
}

/** For people: `output0 float32 [?, 25200, 85]`. */
export function showTensor({ name, elementType, dims }: TensorInfo): string {
  const sizes = dims ? `[${dims.map((size) => size ?? '?').join(', ')}]` : 'of unknown shape';
  return `${name.slice(0, 60)} ${elementType} ${sizes}`;
}
