import type { ModuleView } from '../checkpoint/module-view.ts';
import { ModelError } from '../model-error.ts';
import { addActivation } from './activation.ts';
import { readBatchNorm } from './batch-norm.ts';
import type { ConversionContext } from './conversion-context.ts';
import { addConvolution } from './convolution.ts';

/** Adds a layer to the graph and returns the name of its output. All but `Concat` have one input. */
type AddLayer = (context: ConversionContext, layer: ModuleView, inputs: readonly string[]) => string;

/** A layer that holds layers that hold layers ...: no real network nests deeper than 6. */
const MAX_DEPTH = 12;
/** One layer may be in many places, and some leave nothing in the graph. */
const MAX_LAYERS = 50_000;

/** By class; YOLOv5's own without their module, which has changed with the versions. */
const LAYERS: Readonly<Record<string, AddLayer>> = {
  Conv: addConv,
  DWConv: addConv,
  Focus: addFocus,
  GhostConv: addGhostConv,
  Bottleneck: addBottleneck,
  GhostBottleneck: addGhostBottleneck,
  CrossConv: addBottleneck,
  C3: addC3,
  C3x: addC3,
  C3SPP: addC3,
  C3Ghost: addC3,
  BottleneckCSP: addBottleneckCsp,
  SPP: addSpp,
  SPPF: addSppf,
  Concat: addConcat,
  'torch.nn.modules.conv.Conv2d': (context, layer, inputs) =>
    addConvolution(context, layer, undefined, only(layer, inputs)),
  'torch.nn.modules.pooling.MaxPool2d': addMaxPool,
  'torch.nn.modules.upsampling.Upsample': addUpsample,
  'torch.nn.modules.container.Sequential': addSequential,
  'torch.nn.modules.linear.Identity': (_, layer, inputs) => only(layer, inputs),
};

/**
 * Adds one layer of a YOLOv5 network, with all that it holds.
 * @throws {ModelError} naming a layer of an unknown kind
 */
export function addLayer(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const kind = layer.className.replace(/^models\.(common|experimental)\./, '');
  const add = Object.hasOwn(LAYERS, kind) ? LAYERS[kind] : undefined;
  if (!add)
    throw new ModelError(`${layer.where} is a ${layer.className}, which YOLOv5 v6 and v7 do not have`);
  if (++context.layerCount > MAX_LAYERS)
    throw new ModelError(`the network has more than ${MAX_LAYERS} layers`);
  if (layer.where.split('.').length > MAX_DEPTH) throw new ModelError(`${layer.where} is nested too deeply`);
  return add(context, layer, inputs);
}

function only(layer: ModuleView, inputs: readonly string[]): string {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    throw new ModelError(`${layer.where} (${layer.className}) has ${inputs.length} inputs instead of 1`);
  }
  return input;
}

/** Convolution, batch norm, activation. A network that was saved fused has no batch norm any more. */
function addConv(
  context: ConversionContext,
  layer: ModuleView,
  inputs: readonly string[],
  source: 'plain' | 'focus' = 'plain',
): string {
  const { graph } = context;
  const batchNorm = layer.optionalChild('bn');
  const convolved = addConvolution(context, layer.child('conv'), batchNorm, only(layer, inputs), source);
  return addActivation(graph, layer.child('act'), convolved);
}

function addFocus(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  return addConv(context, layer.child('conv'), inputs, 'focus');
}

/** Half of the channels by a convolution, the other half by a cheap one of the first. */
function addGhostConv(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const first = addLayer(context, layer.child('cv1'), inputs);
  const second = addLayer(context, layer.child('cv2'), [first]);
  return concatenate(context, layer, [first, second]);
}

function addBottleneck(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const input = only(layer, inputs);
  const inner = addLayer(context, layer.child('cv1'), [input]);
  const outer = addLayer(context, layer.child('cv2'), [inner]);
  return layer.flag('add') ? context.graph.node('Add', `${layer.where}.add`, [input, outer]) : outer;
}

function addGhostBottleneck(
  context: ConversionContext,
  layer: ModuleView,
  inputs: readonly string[],
): string {
  const main = addLayer(context, layer.child('conv'), inputs);
  const shortcut = addLayer(context, layer.child('shortcut'), inputs);
  return context.graph.node('Add', `${layer.where}.add`, [main, shortcut]);
}

/** Bottlenecks beside a shortcut: `cv3(concat(m(cv1(x)), cv2(x)))`. */
function addC3(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const main = addLayer(context, layer.child('cv1'), inputs);
  const deep = addLayer(context, layer.child('m'), [main]);
  const shortcut = addLayer(context, layer.child('cv2'), inputs);
  return addLayer(context, layer.child('cv3'), [concatenate(context, layer, [deep, shortcut])]);
}

/** The older form of C3: `cv4(act(bn(concat(cv3(m(cv1(x))), cv2(x)))))`, with two plain convolutions. */
function addBottleneckCsp(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const { graph } = context;
  const main = addLayer(context, layer.child('cv1'), inputs);
  const deep = addLayer(context, layer.child('cv3'), [addLayer(context, layer.child('m'), [main])]);
  const shortcut = addLayer(context, layer.child('cv2'), inputs);
  const joined = concatenate(context, layer, [deep, shortcut]);
  const batchNorm = layer.child('bn');
  const channels = batchNorm.count('num_features');
  const readScaling = readBatchNorm(context, batchNorm, channels);
  const dims = [1, channels, 1, 1];
  const scale = graph.weights(`${batchNorm.where}.scale`, dims, () => Float32Array.from(readScaling().scale));
  const shift = graph.weights(`${batchNorm.where}.shift`, dims, () => Float32Array.from(readScaling().shift));
  const scaled = graph.node('Mul', `${batchNorm.where}.scaled`, [joined, scale]);
  const normed = graph.node('Add', batchNorm.where, [scaled, shift]);
  return addLayer(context, layer.child('cv4'), [addActivation(graph, layer.child('act'), normed)]);
}

/** Poolings of several sizes side by side. */
function addSpp(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const reduced = addLayer(context, layer.child('cv1'), inputs);
  const pooled = layer
    .child('m')
    .children()
    .map((pool) => addLayer(context, pool, [reduced]));
  return addLayer(context, layer.child('cv2'), [concatenate(context, layer, [reduced, ...pooled])]);
}

/** The same as SPP by pooling three times in a row, which is faster. */
function addSppf(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const steps = [addLayer(context, layer.child('cv1'), inputs)];
  for (let i = 1; i <= 3; i++) {
    steps.push(addMaxPool(context, layer.child('m'), [steps[i - 1] as string], `${layer.where}.m.${i}`));
  }
  return addLayer(context, layer.child('cv2'), [concatenate(context, layer, steps)]);
}

function addConcat({ graph }: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  if (layer.number('d') !== 1)
    throw new ModelError(`${layer.where} concatenates along axis ${layer.number('d')}`);
  return graph.node('Concat', layer.where, inputs, { axis: 1 });
}

function concatenate({ graph }: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  return graph.node('Concat', `${layer.where}.concat`, inputs, { axis: 1 });
}

function addMaxPool(
  { graph }: ConversionContext,
  layer: ModuleView,
  inputs: readonly string[],
  name: string = layer.where,
): string {
  const padding = layer.pair('padding');
  if (layer.pair('dilation').some((value) => value !== 1)) throw new ModelError(`${layer.where} is dilated`);
  return graph.node('MaxPool', name, [only(layer, inputs)], {
    kernel_shape: layer.pair('kernel_size'),
    strides: layer.pair('stride'),
    pads: [...padding, ...padding],
    ceil_mode: layer.get('ceil_mode') === true ? 1 : 0,
  });
}

function addUpsample({ graph }: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  const factor = layer.number('scale_factor');
  if (layer.get('mode') !== 'nearest' || !Number.isInteger(factor) || factor < 1) {
    throw new ModelError(
      `${layer.where} enlarges by ${factor} in the mode ${JSON.stringify(layer.get('mode'))}`,
    );
  }
  const scales = graph.floats([1, 1, factor, factor]);
  return graph.node('Resize', layer.where, [only(layer, inputs), '', scales], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  });
}

function addSequential(context: ConversionContext, layer: ModuleView, inputs: readonly string[]): string {
  let value = only(layer, inputs);
  for (const child of layer.children()) value = addLayer(context, child, [value]);
  return value;
}
