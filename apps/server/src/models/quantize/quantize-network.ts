import { type NodeProto, NodeProtoSchema } from '@boxwire/proto/onnx/onnx';
import { create } from '@bufbuild/protobuf';
import { SQUARE_BYTES } from '../../yolo/input-order.ts';
import { SQUARES } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { GraphBuilder, type Initializer } from '../onnx/graph-builder.ts';
import type { GraphValue, OnnxModel } from '../onnx/write-onnx.ts';
import { createByteActivations } from './byte-activations.ts';
import { type ByteScale, byteScales } from './byte-scales.ts';
import { createByteWeightsAdder } from './byte-weights.ts';
import { addEnlargedBytes } from './enlarge-bytes.ts';
import { convolutionOfImage, onHalfImage } from './half-image.ts';
import { valueRanges } from './value-ranges.ts';

/**
 * The same network in 8 bits, as pairs of QuantizeLinear and DequantizeLinear that ONNX Runtime fuses with the
 * operation between them: activations as unsigned bytes, weights as signed bytes by channel, sums in 32 bits. The
 * head stays float32, since its boxes and scores are what is handed out. The output is as before, the image's bytes are
 * taken as they come: as squares if its first convolution allows that.
 *
 * No pictures are needed: the ranges of the activations follow from the batch norms, which have seen the training's.
 * @throws {ModelError} if the network has nothing of which that is known
 */
export function quantizeNetwork(model: OnnxModel): OnnxModel {
  const ranges = valueRanges(model);
  const { nodes } = model.graph;
  if (!nodes.some((node) => node.opType === 'Conv' && ranges.has(node.name))) {
    throw new ModelError(
      'it cannot be made int8: that needs convolutions with a batch norm (no fused checkpoint) and SiLU',
    );
  }
  const graph = new GraphBuilder();
  const rewriter = createRewriter(graph, model, byteScales(nodes, ranges));
  for (const node of nodes) rewriter.add(node);
  const inputs = rewriter.takesSquares ? model.inputs.map(asSquares) : model.inputs;
  return { ...model, graph, inputs };
}

function asSquares(input: GraphValue): GraphValue {
  return input.type === 'uint8'
    ? { name: SQUARES, dims: [1, 'height / 2', 'width / 2', SQUARE_BYTES], type: 'uint8' }
    : input;
}

function createRewriter(graph: GraphBuilder, model: OnnxModel, scales: ReadonlyMap<string, ByteScale>) {
  const constants = new Map(model.graph.initializers.map((constant) => [constant.name, constant]));
  const reader = convolutionOfImage(model);
  const squares =
    reader && scales.has(reader.name)
      ? onHalfImage(reader, constants.get(reader.input[1] ?? '')?.dims ?? [])
      : undefined;
  const activations = createByteActivations(graph);
  const keep = createKeeper(graph);
  const addByteWeights = createByteWeightsAdder(graph);

  function readable(value: string): string {
    const scale = scales.get(value);
    if (scale) return activations.toFloats(value, scale);
    const constant = constants.get(value);
    return constant ? keep(constant) : value;
  }

  /** One that reads bytes and gives bytes. */
  function addConvolution(node: NodeProto): void {
    const [input = '', ...names] = node.input;
    const [weight, bias] = names.map((name) => constants.get(name)) as [Initializer, Initializer];
    const scale = scales.get(input) as ByteScale;
    const half = node === reader ? squares : undefined;
    const { dims, arrange } = half ?? { dims: weight.dims, arrange: (values: Float32Array) => values };
    const pixels = half
      ? graph.node('Transpose', `${node.name}.pixels`, [SQUARES], { perm: [0, 3, 1, 2] })
      : undefined;
    const weights = addByteWeights({ weight, bias, dims, arrange }, scale.scale);
    const inputs = [activations.toFloats(input, scale, pixels), ...weights];
    if (half) graph.node('Conv', node.name, inputs, half.attributes);
    else graph.add(create(NodeProtoSchema, { ...node, input: inputs }));
  }

  /** The converter makes none but by whole numbers, the same for both sides, and takes the nearest pixel. */
  function addResize({ name, input: [value = '', , factors = ''] }: NodeProto): string {
    const factor = Number(constants.get(factors)?.load().at(-1));
    return addEnlargedBytes(graph, name, activations.bytesOf(value) ?? '', factor);
  }

  function rewrite(node: NodeProto, scale: ByteScale | undefined): void {
    const [first = ''] = node.input;
    const bytes = activations.bytesOf(first);
    if (node.opType === 'Shape' && bytes !== undefined) {
      graph.add(create(NodeProtoSchema, { ...node, input: [bytes] }));
    } else if (node.opType === 'Conv' && scale) {
      addConvolution(node);
    } else {
      const input = node.input.map((value) => (value === '' ? '' : readable(value)));
      graph.add(create(NodeProtoSchema, { ...node, input }));
    }
  }

  return {
    takesSquares: squares !== undefined,
    add(node: NodeProto): void {
      const scale = scales.get(node.name);
      if (scale && isOfSuchBytes(node, scale, constants)) {
        activations.set(node.name, node.input[0] ?? '');
      } else if (scale && node.opType === 'Resize') {
        activations.set(node.name, addResize(node));
      } else {
        rewrite(node, scale);
        if (scale) activations.toBytes(node.name, scale);
      }
    },
  };
}

/** @returns writes a constant as it is, once, and gives its name */
function createKeeper(graph: GraphBuilder): (constant: Initializer) => string {
  const kept = new Map<Initializer, string>();
  return (constant) => {
    const { name, dims, load, type } = constant;
    const written = kept.get(constant) ?? graph.weights(`kept.${name}`, dims, load, type);
    kept.set(constant, written);
    return written;
  };
}

/** Whether a value is made of bytes that mean just what its own will. */
function isOfSuchBytes(
  { opType, input }: NodeProto,
  { scale, zero }: ByteScale,
  constants: ReadonlyMap<string, Initializer>,
): boolean {
  if (opType !== 'DequantizeLinear') return false;
  const [ownScale, ownZero] = input.slice(1).map((name) => constants.get(name)?.load()[0]);
  return ownScale === scale && ownZero === zero;
}
