import type { ModuleView } from '../checkpoint/module-view.ts';
import { FLOOR } from '../model.ts';
import { ModelError } from '../model-error.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { type ConversionContext, shapedTensor } from './conversion-context.ts';
import { type ConvolutionWeights, readWeights } from './convolution.ts';

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
 * Adds the head: its convolutions, and boxes made of their outputs as YOLOv5 does. Objectness is computed for every
 * cell; everything else only for the cells that have an anchor whose objectness is above the floor, since few have
 * one and the other columns are nearly all of the head's work.
 * @param inputs one feature map for each level, of one image
 * @returns the name of `[1, candidates, 5 + classes]`: level by level, anchor by anchor, row by row
 */
export function addDetectHead(
  context: ConversionContext,
  head: DetectHead,
  inputs: readonly string[],
): string {
  const { strides, convolutions } = head;
  if (inputs.length !== strides.length) {
    throw new ModelError(`the head has ${inputs.length} inputs for ${strides.length} levels`);
  }
  const levels = convolutions.map((convolution, level) =>
    addLevel(context.graph, head, level, {
      features: inputs[level] as string,
      ...readPointwise(context, convolution, head, level),
    }),
  );
  return context.graph.node('Concat', 'output0', levels, { axis: 1 });
}

interface LevelInput extends ConvolutionWeights {
  /** `[1, channels, height, width]` */
  readonly features: string;
  readonly channels: number;
}

/** A level's convolution, which looks at one cell at a time. */
function readPointwise(context: ConversionContext, convolution: ModuleView, head: DetectHead, level: number) {
  const weights = readWeights(context, convolution, undefined);
  const [outputs, channels = 0, ...kernel] = weights.dims;
  const expected = (head.anchors[level]?.length ?? 0) * (5 + head.classCount);
  const steps = [...convolution.pair('stride'), ...kernel, convolution.count('groups')];
  const padding = convolution.pair('padding');
  if (outputs !== expected || steps.some((step) => step !== 1) || padding.some((pad) => pad !== 0)) {
    throw new ModelError(`${convolution.where} does not make ${expected} numbers of each cell`);
  }
  return { ...weights, channels };
}

/**
 * With `s` the sigmoid of the convolution's output, cell (x, y) and an anchor's size:
 * `centre = (2 s - 0.5 + cell) * stride`, `size = (2 s)^2 * anchor`.
 */
function addLevel(graph: GraphBuilder, head: DetectHead, level: number, input: LevelInput): string {
  const name = `detect.${level}`;
  const stride = head.strides[level] as number;
  const anchors = head.anchors[level] as DetectHead['anchors'][number];
  const columns = 5 + head.classCount;
  const cells = addPromisingCells(graph, name, anchors.length, input);
  const scores = graph.node('Sigmoid', `${name}.sigmoid`, [addColumns(graph, name, cells, input)]);
  // [1, anchors, columns, cells]
  const shape = graph.ints([1, anchors.length, columns, -1]);
  const planes = graph.node('Reshape', `${name}.planes`, [scores, shape]);
  const centre = graph.node('Add', `${name}.centre`, [
    graph.node('Mul', `${name}.centre.scaled`, [
      slice(graph, `${name}.xy`, planes, 0, 2),
      graph.floats([2 * stride], []),
    ]),
    addCellOffsets(graph, name, cells, input.features, stride),
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
  return graph.node('Reshape', `${name}.candidates`, [rows, graph.ints([1, -1, columns])]);
}

/** `[cells]`, whole numbers: where in the feature map, counted row by row, an anchor's objectness is above the floor. */
function addPromisingCells(graph: GraphBuilder, name: string, anchors: number, input: LevelInput): string {
  const { features, channels, weight, bias } = input;
  const columns = bias().length / anchors;
  const objectness = graph.node('Conv', `${name}.objectness`, [
    features,
    graph.weights(`${name}.objectness.weight`, [anchors, channels, 1, 1], () =>
      everyNth(weight(), channels, columns, 4),
    ),
    graph.weights(`${name}.objectness.bias`, [anchors], () => everyNth(bias(), 1, columns, 4)),
  ]);
  const best = graph.node('ReduceMax', `${name}.best`, [objectness], { axes: [0, 1], keepdims: 0 });
  const flat = graph.node('Reshape', `${name}.best.flat`, [
    graph.node('Sigmoid', `${name}.best.score`, [best]),
    graph.ints([-1]),
  ]);
  const found = graph.node('NonZero', `${name}.found`, [
    graph.node('Greater', `${name}.promising`, [flat, FLOOR]),
  ]);
  return graph.node('Reshape', `${name}.cells`, [found, graph.ints([-1])]);
}

/** `[anchors * columns, cells]`: the convolution's output at the cells. */
function addColumns(graph: GraphBuilder, name: string, cells: string, input: LevelInput): string {
  const { features, channels, dims, weight, bias } = input;
  const [outputs = 0] = dims;
  const all = graph.node('Reshape', `${name}.features`, [features, graph.ints([channels, -1])]);
  const picked = graph.node('Gather', `${name}.picked`, [all, cells], { axis: 1 });
  const product = graph.node('MatMul', `${name}.product`, [
    graph.weights(`${name}.weight`, [outputs, channels], weight),
    picked,
  ]);
  return graph.node('Add', `${name}.raw`, [product, graph.weights(`${name}.bias`, [outputs, 1], bias)]);
}

/** `[1, 1, 2, cells]`: for each cell, `(x - 0.5) * stride` and `(y - 0.5) * stride`. */
function addCellOffsets(
  graph: GraphBuilder,
  name: string,
  cells: string,
  featureMap: string,
  stride: number,
): string {
  const shape = graph.node('Shape', `${name}.shape`, [featureMap]);
  const width = graph.node('Gather', `${name}.width`, [shape, graph.ints([3], [])]);
  const x = graph.node('Mod', `${name}.x`, [cells, width]);
  const y = graph.node('Div', `${name}.y`, [cells, width]);
  const flat = graph.node('Concat', `${name}.xy.flat`, [x, y], { axis: 0 });
  const pairs = graph.node('Reshape', `${name}.xy.cells`, [flat, graph.ints([1, 1, 2, -1])]);
  const floats = graph.node('Cast', `${name}.xy.floats`, [pairs], { to: 1 });
  const scaled = graph.node('Mul', `${name}.xy.scaled`, [floats, graph.floats([stride], [])]);
  return graph.node('Sub', `${name}.offsets`, [scaled, graph.floats([stride / 2], [])]);
}

/** Of rows of `length` numbers, those at `offset`, `offset + period` and so on. */
function everyNth(values: Float32Array, length: number, period: number, offset: number): Float32Array {
  const rows = values.length / length / period;
  const picked = new Float32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const start = (row * period + offset) * length;
    picked.set(values.subarray(start, start + length), row * length);
  }
  return picked;
}

function slice(graph: GraphBuilder, name: string, input: string, from: number, to: number): string {
  return graph.node('Slice', name, [input, graph.ints([from]), graph.ints([to]), graph.ints([2])]);
}
