import { readCheckpoint } from '../checkpoint/checkpoint.ts';
import { ModuleView } from '../checkpoint/module-view.ts';
import type { PickleValue } from '../checkpoint/pickle-values.ts';
import { readClassNames } from '../class-names.ts';
import { FLOOR } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { toPythonLiteral } from '../onnx/python-literal.ts';
import type { OnnxModel } from '../onnx/write-onnx.ts';
import { addDetectHead, readDetectHead } from './detect-head.ts';
import { addLayer } from './layers.ts';

const INPUT = 'images';

/** What a network may be wrapped in, and the name that it has there. `torch.hub.load` wraps it in the first two. */
const WRAPPERS: ReadonlyMap<string, string> = new Map([
  ['models.common.AutoShape', 'model'],
  ['models.common.DetectMultiBackend', 'model'],
  ['torch.nn.parallel.data_parallel.DataParallel', 'module'],
]);

/** All of them around each other. A file's wrapper may contain itself. */
const MAX_WRAPPERS = WRAPPERS.size;

/**
 * Reads a YOLOv5 detection checkpoint (`.pt`) and makes the ONNX graph that YOLOv5's own exporter would make,
 * for one image of any size: `images` [1, 3, height, width], RGB, bytes, height and width multiples of the
 * largest stride, to `output0` [1, candidates, 5 + classes]. One more input, `floor` [1], says above which
 * objectness a candidate is wanted; those below it may be left out.
 * @param file is kept until the model has been written, and not changed
 * @throws {ModelError} saying what the file is instead, without its name
 */
export function convertCheckpoint(file: Uint8Array): OnnxModel {
  const { network, readTensor } = readCheckpoint(file);
  const root = unwrap(new ModuleView(network, 'the network'));
  const layers = readLayers(root);
  const detect = layers.at(-1) as ModuleView;
  requireDetection(root, detect);
  const head = readDetectHead(detect, readTensor);
  const names = readClassNames(root.get('names'));
  if (names.length !== head.classCount) {
    throw new ModelError(`it has ${names.length} class names for ${head.classCount} classes`);
  }

  const context = { graph: new GraphBuilder(), readTensor, layerCount: 0 };
  const image = addImage(context.graph);
  const outputs: string[] = [];
  for (const [i, layer] of layers.slice(0, -1).entries()) {
    outputs.push(addLayer(context, layer, inputsOf(layer, i, outputs, image)));
  }
  const output = addDetectHead(context, head, inputsOf(detect, layers.length - 1, outputs, image));
  return {
    graph: context.graph,
    inputs: [
      { name: INPUT, dims: [1, 3, 'height', 'width'], type: 'uint8' },
      { name: FLOOR, dims: [1] },
    ],
    outputs: [{ name: output, dims: [1, 'candidates', 5 + head.classCount] }],
    metadata: { stride: String(Math.max(...head.strides)), names: toPythonLiteral(names) },
  };
}

function unwrap(root: ModuleView): ModuleView {
  let inner = root;
  for (let i = 0; i < MAX_WRAPPERS; i++) {
    const name = WRAPPERS.get(inner.className);
    if (name === undefined) break;
    inner = inner.child(name);
  }
  return inner;
}

function readLayers(root: ModuleView): ModuleView[] {
  const layers = root.optionalChild('model')?.children();
  if (!layers || layers.length === 0) {
    throw new ModelError(`it holds a ${root.className}, which is not a YOLOv5 network`);
  }
  return layers.map((layer, i) => layer.at(`layer ${i} (${layer.className.split('.').at(-1)})`));
}

function requireDetection(root: ModuleView, last: ModuleView): void {
  if (last.className === 'models.yolo.Detect') return;
  const kinds: Record<string, string> = {
    'models.yolo.Segment': 'a segmentation checkpoint',
    'models.common.Classify': 'a classification checkpoint',
  };
  const kind = kinds[last.className] ?? `a ${root.className} that ends in a ${last.className}`;
  throw new ModelError(`it is ${kind}; a YOLOv5 detection checkpoint is needed`);
}

/** The image's bytes as numbers from 0 to 1. */
function addImage(graph: GraphBuilder): string {
  return graph.node('DequantizeLinear', 'image', [INPUT, graph.floats([1 / 255], []), graph.byte(0)]);
}

/** Where a layer's input comes from: `f` counts layers, -1 is the one before. */
function inputsOf(layer: ModuleView, index: number, outputs: readonly string[], image: string): string[] {
  const from: PickleValue = layer.get('f') ?? -1;
  return (Array.isArray(from) ? from : [from]).map((source) => {
    if (source === -1) return outputs.at(-1) ?? image;
    const output = typeof source === 'number' && source >= 0 && source < index ? outputs[source] : undefined;
    if (output === undefined) throw new ModelError(`${layer.where} reads from layer ${String(source)}`);
    return output;
  });
}
