import type { ModuleView } from '../checkpoint/module-view.ts';
import { ModelError } from '../model-error.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { type ConversionContext, shapedTensor } from './conversion-context.ts';
import { addConvolution } from './convolution.ts';

/** What a `Detect` layer says of itself. */
export interface DetectHead {
  readonly classCount: number;
  /** For each level: how many pixels of the network's input a cell is wide and high. Ascending. */
  readonly strides: readonly number[];
  /** For each level and anchor: `[width, height]` in pixels of the network's input. */
  readonly anchors: readonly (readonly (readonly [number, number])[])[];
  /** For each level, the convolution that ends it. */
  readonly convolutions: readonly ModuleView[];
}

const MAX_CLASSES = 10_000;

/**
 * Reads a `Detect` layer.
 * @param readTensor gives a tensor's numbers
 * @throws {ModelError} where its parts do not fit together
 */
export function readDetectHead(detect: ModuleView, readTensor: ConversionContext['readTensor']): DetectHead {
  const classCount = detect.count('nc');
  const levels = detect.count('nl');
  const anchorCount = detect.count('na');
  if (classCount > MAX_CLASSES || detect.count('no') !== classCount + 5) {
    throw new ModelError(`${detect.where} has ${detect.count('no')} numbers a box for ${classCount} classes`);
  }
  const strides = [...readTensor(shapedTensor(detect, 'stride', [levels]))];
  if (strides.some((stride, i) => !Number.isInteger(stride) || stride <= (strides[i - 1] ?? 0))) {
    throw new ModelError(`${detect.where} has the strides ${strides}; ascending whole numbers are needed`);
  }
  // Stored in units of the level's cells.
  const sizes = readTensor(shapedTensor(detect, 'anchors', [levels, anchorCount, 2]));
  const anchors = strides.map((stride, level) =>
    Array.from({ length: anchorCount }, (_, anchor): [number, number] => {
      const at = (level * anchorCount + anchor) * 2;
      return [(sizes[at] as number) * stride, (sizes[at + 1] as number) * stride];
    }),
  );
  const convolutions = detect.child('m').children();
  if (convolutions.length !== levels) {
    throw new ModelError(`${detect.where} has ${convolutions.length} convolutions for ${levels} levels`);
  }
  return { classCount, strides, anchors, convolutions };
}

/**
 * Adds the head: convolutions, and boxes made of their outputs as YOLOv5 does.
 * @param inputs one feature map for each level
 * @returns the name of `[batch, candidates, 5 + classes]`: level by level, anchor by anchor, row by row
 */
export function addDetectHead(
  context: ConversionContext,
  head: DetectHead,
  inputs: readonly string[],
): string {
  const { graph } = context;
  const { strides, convolutions } = head;
  if (inputs.length !== strides.length) {
    throw new ModelError(`the head has ${inputs.length} inputs for ${strides.length} levels`);
  }
  const levels = convolutions.map((convolution, level) => {
    const raw = addConvolution(context, convolution, undefined, inputs[level] as string);
    return addLevel(graph, head, level, raw);
  });
  return graph.node('Concat', 'output0', levels, { axis: 1 });
}

/**
 * With `s` the sigmoid of the convolution's output, cell (x, y) and an anchor's size:
 * `centre = (2 s - 0.5 + cell) * stride`, `size = (2 s)^2 * anchor`.
 */
function addLevel(graph: GraphBuilder, head: DetectHead, level: number, raw: string): string {
  const name = `detect.${level}`;
  const stride = head.strides[level] as number;
  const anchors = head.anchors[level] as DetectHead['anchors'][number];
  const columns = 5 + head.classCount;
  const scores = graph.node('Sigmoid', `${name}.sigmoid`, [raw]);
  // [batch, anchors, columns, cells]
  const shape = graph.ints([0, anchors.length, columns, -1]);
  const planes = graph.node('Reshape', `${name}.planes`, [scores, shape]);
  const centre = graph.node('Add', `${name}.centre`, [
    graph.node('Mul', `${name}.centre.scaled`, [
      slice(graph, `${name}.xy`, planes, 0, 2),
      graph.floats([2 * stride], []),
    ]),
    addCellOffsets(graph, name, scores, stride),
  ]);
  const half = slice(graph, `${name}.wh`, planes, 2, 4);
  const size = graph.node('Mul', `${name}.size`, [
    graph.node('Mul', `${name}.wh.squared`, [half, half]),
    graph.floats(
      anchors.flatMap(([width, height]) => [4 * width, 4 * height]),
      [1, anchors.length, 2, 1],
    ),
  ]);
  const rest = slice(graph, `${name}.rest`, planes, 4, columns);
  const decoded = graph.node('Concat', `${name}.decoded`, [centre, size, rest], { axis: 2 });
  const rows = graph.node('Transpose', `${name}.rows`, [decoded], { perm: [0, 1, 3, 2] });
  return graph.node('Reshape', `${name}.candidates`, [rows, graph.ints([0, -1, columns])]);
}

/** `[1, 1, 2, cells]`: for each cell, `(x - 0.5) * stride` and `(y - 0.5) * stride`. */
function addCellOffsets(graph: GraphBuilder, name: string, featureMap: string, stride: number): string {
  const shape = graph.node('Shape', `${name}.shape`, [featureMap]);
  const along = (axis: number, dims: number[]): string => {
    const side = `${name}.${axis === 2 ? 'y' : 'x'}`;
    const length = graph.node('Gather', `${side}.length`, [shape, graph.ints([axis], [])]);
    const indices = graph.node('Range', `${side}.indices`, [
      graph.ints([0], []),
      length,
      graph.ints([1], []),
    ]);
    const floats = graph.node('Cast', `${side}.floats`, [indices], { to: 1 });
    const scaled = graph.node('Mul', `${side}.scaled`, [floats, graph.floats([stride], [])]);
    const offsets = graph.node('Sub', `${side}.offsets`, [scaled, graph.floats([stride / 2], [])]);
    return graph.node('Reshape', `${side}.line`, [offsets, graph.ints(dims)]);
  };
  const size = graph.node('Slice', `${name}.size2d`, [shape, graph.ints([2]), graph.ints([4])]);
  const flat = graph.ints([1, 1, 1, -1]);
  const spread = (line: string, side: string): string =>
    graph.node('Reshape', `${name}.${side}.flat`, [
      graph.node('Expand', `${name}.${side}.grid`, [line, size]),
      flat,
    ]);
  const x = spread(along(3, [1, -1]), 'x');
  const y = spread(along(2, [-1, 1]), 'y');
  return graph.node('Concat', `${name}.offsets`, [x, y], { axis: 2 });
}

function slice(graph: GraphBuilder, name: string, input: string, from: number, to: number): string {
  return graph.node('Slice', name, [input, graph.ints([from]), graph.ints([to]), graph.ints([2])]);
}
