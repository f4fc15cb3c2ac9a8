import { describe, expect, test } from 'vitest';
import { ModelError } from '../../src/models/model-error.ts';
import { onnxPieces } from '../../src/models/onnx/write-onnx.ts';
import { convertCheckpoint } from '../../src/models/yolov5/convert-checkpoint.ts';
import { apply, type FeatureMap, fill } from './support/feature-map.ts';
import { PyCall, PyGlobal, PyObject } from './support/python-values.ts';
import { runOnnx } from './support/run-onnx.ts';
import { ModuleFactory, module, sequential, upsampleModule } from './support/test-modules.ts';
import {
  currentNetwork,
  oldNetwork,
  p6Network,
  type TestNetwork,
  unusualNetwork,
} from './support/test-networks.ts';
import { writeCheckpoint } from './support/write-zip.ts';

function convert(value: unknown): Uint8Array {
  return Buffer.concat([...onnxPieces(convertCheckpoint(writeCheckpoint(value)))]);
}

/** Whole numbers from 0 to 255. */
function randomBytes(random: ModuleFactory, height: number, width: number): FeatureMap {
  return fill(3, height, width, () => Math.floor(random.random(0, 255)));
}

describe('a converted network computes what its layers mean', () => {
  const networks: Record<string, () => TestNetwork> = {
    'v6 and v7': currentNetwork,
    '5.0: Focus, SPP, BottleneckCSP': oldNetwork,
    'P6: four levels': p6Network,
    'the layers of other configurations': unusualNetwork,
  };
  test.each(Object.entries(networks))('%s', async (_, make) => {
    const network = make();
    const [height, width] = [64, 128];
    const random = new ModuleFactory(99);
    const image = randomBytes(random, height, width);
    const onnx = convert({ model: network.pickled });
    const { dims, data } = await runOnnx(onnx, Uint8Array.from(image.data), [1, 3, height, width]);

    const expected = network.detect(apply(image, (byte) => byte / 255));
    expect(dims).toEqual([1, expected.length / network.columns, network.columns]);
    let worst = 0;
    for (const [i, value] of expected.entries())
      worst = Math.max(worst, Math.abs(value - (data[i] as number)));
    expect(worst).toBeLessThan(1e-3);
    // Not by all being the same.
    expect(new Set(expected.map((value) => value.toFixed(2))).size).toBeGreaterThan(100);
  });

  test('at any size', async () => {
    const onnx = convert({ model: currentNetwork().pickled });
    for (const [height, width] of [
      [32, 32],
      [96, 32],
      [32, 160],
    ] as const) {
      const { dims } = await runOnnx(onnx, new Uint8Array(3 * height * width), [1, 3, height, width]);
      expect(dims).toEqual([1, (3 * height * width * (16 + 4 + 1)) / 1024, 8]);
    }
  });
});

describe('above a floor', () => {
  const { pickled, columns } = currentNetwork();
  const onnx = convert({ model: pickled });
  const [height, width] = [64, 96] as const;
  const random = new ModuleFactory(7);
  const image = Uint8Array.from(randomBytes(random, height, width).data);
  const rowsAbove = async (floor: number) => {
    const { data } = await runOnnx(onnx, image, [1, 3, height, width], { floor });
    return Array.from({ length: data.length / columns }, (_, i) => [
      ...data.subarray(i * columns, (i + 1) * columns),
    ]);
  };
  const objectness = (row: readonly number[]) => row[4] as number;

  test('every candidate is there, in the order of all', async () => {
    const all = await rowsAbove(-1);
    const middle = all.map(objectness).toSorted((a, b) => a - b)[Math.floor(all.length * 0.9)] as number;
    const some = await rowsAbove(middle);
    expect(some.length).toBeLessThan(all.length);
    const rounded = (rows: readonly number[][]) =>
      rows.map((row) => row.map((value) => value.toFixed(2)).join());
    const sought = rounded(all.filter((row) => objectness(row) > middle + 1e-5));
    expect(sought.length).toBeGreaterThan(10);
    const found = rounded(some);
    expect(found.filter((row) => sought.includes(row))).toEqual(sought);
  });

  test('there may be none', async () => {
    const { dims } = await runOnnx(onnx, image, [1, 3, height, width], { floor: 1 });
    expect(dims).toEqual([1, 0, columns]);
  });
});

describe('which network a checkpoint means', () => {
  test('the averaged weights before the last ones', () => {
    const { metadata } = convertCheckpoint(
      writeCheckpoint({ model: currentNetwork().pickled, ema: oldNetwork().pickled }),
    );
    expect(metadata.names).toBe('{0: "cup", 1: "plate"}');
  });

  test('a network that was saved by itself', () => {
    expect(convertCheckpoint(writeCheckpoint(p6Network().pickled)).metadata.stride).toBe('64');
  });

  const hubModel = () =>
    wrapped('models.common', 'AutoShape', {
      model: wrapped('models.common', 'DetectMultiBackend', { model: withLayer(3, fusedForward) }, loaders),
    });
  const dataParallel = () =>
    wrapped('torch.nn.parallel.data_parallel', 'DataParallel', { module: currentNetwork().pickled });
  test.each([
    ['by torch.hub', hubModel],
    ['for training on several devices', dataParallel],
    ['in a dict as well', () => ({ model: hubModel() })],
  ])('one that was wrapped %s', (_, wrap) => {
    expect(Buffer.compare(convert(wrap()), convert(currentNetwork().pickled))).toBe(0);
  });

  test('names that YAML took for numbers', () => {
    const { metadata } = convertCheckpoint(writeCheckpoint(currentNetwork({ names: [7, 8, 'b'] }).pickled));
    expect(metadata.names).toBe('{0: "7", 1: "8", 2: "b"}');
  });
});

/** The network with something in its place in `layers[index]`. */
function withLayer(index: number, change: (layer: PyObject) => PyObject): PyObject {
  const network = currentNetwork().pickled;
  const layers = (network.attributes._modules as { entries: { model: PyObject } }).entries.model;
  const modules = (layers.attributes._modules as { entries: Record<string, PyObject> }).entries;
  modules[`${index}`] = change(modules[`${index}`] as PyObject);
  return network;
}

function wrapped(place: string, name: string, modules: Record<string, PyObject>, attributes = {}): PyObject {
  return module(place, name, { modules, attributes });
}

/** What `DetectMultiBackend` keeps of its constructor. */
const loaders = {
  __class__: new PyGlobal('models.common', 'DetectMultiBackend'),
  attempt_download: new PyGlobal('utils.downloads', 'attempt_download'),
  attempt_load: new PyGlobal('models.experimental', 'attempt_load'),
  weights: new PyCall(new PyGlobal('pathlib', 'PosixPath'), 'best.pt'),
};

/** A layer as fusing leaves it: `layer.forward = layer.forward_fuse`. */
function fusedForward({ type, attributes }: PyObject): PyObject {
  const fused: Record<string, unknown> = { ...attributes };
  const layer = new PyObject(type, fused);
  fused.forward = new PyCall(new PyGlobal('__builtin__', 'getattr'), layer, 'forward_fuse');
  return layer;
}

/** An `AutoShape` around itself. */
function endlessWrapper(): PyObject {
  const modules: Record<string, PyObject> = {};
  const wrapper = wrapped('models.common', 'AutoShape', modules);
  modules.model = wrapper;
  return wrapper;
}

const withAttributes = (attributes: Record<string, unknown>) => (layer: PyObject) =>
  new PyObject(layer.type, { ...layer.attributes, ...attributes });
const ofClass = (place: string, name: string) => (layer: PyObject) =>
  new PyObject(new PyGlobal(place, name), layer.attributes);

describe('what cannot be converted is refused with what it is', () => {
  const detect = 11;
  const cases: [string, unknown, RegExp][] = [
    ['segmentation', withLayer(detect, ofClass('models.yolo', 'Segment')), /it is a segmentation checkpoint/],
    [
      'classification',
      withLayer(detect, ofClass('models.common', 'Classify')),
      /it is a classification checkpoint/,
    ],
    ['YOLOv7', withLayer(detect, ofClass('models.yolo', 'IDetect')), /ends in a models\.yolo\.IDetect/],
    [
      'unknown layer',
      withLayer(4, ofClass('models.common', 'C3TR')),
      /layer 4 \(C3TR\) is a models\.common\.C3TR/,
    ],
    ['weights alone', { model: { 'model.0.conv.weight': null } }, /state dict/],
    ['no model', { epoch: 3, optimizer: null }, /no model, only "epoch", "optimizer"/],
    ['a list', [1, 2], /holds no model/],
    [
      'a lone layer',
      module('models.common', 'Conv', {}),
      /models\.common\.Conv, which is not a YOLOv5 network/,
    ],
    ['a wrapper around itself', endlessWrapper(), /it is a models\.common\.AutoShape that ends in/],
    [
      'an empty wrapper',
      wrapped('models.common', 'AutoShape', {}),
      /the network \(models\.common\.AutoShape\) should have a module "model"/,
    ],
    ['too few names', currentNetwork({ names: ['a', 'b'] }).pickled, /2 class names for 3 classes/],
    ['no names', currentNetwork({ names: 'cup' }).pickled, /no list of class names/],
    [
      'names with a gap',
      currentNetwork({
        names: new Map([
          [0, 'a'],
          [1, 'b'],
          [3, 'd'],
        ]),
      }).pickled,
      /no name for class 2/,
    ],
    ['a later layer as input', withLayer(2, withAttributes({ f: 5 })), /layer 2 \(C3\) reads from layer 5/],
    ['a negative input', withLayer(2, withAttributes({ f: -2 })), /reads from layer -2/],
    ['two inputs', withLayer(2, withAttributes({ f: [0, 1] })), /has 2 inputs instead of 1/],
    ['other columns', withLayer(detect, withAttributes({ no: 117 })), /117 numbers a box for 3 classes/],
    ['no classes', withLayer(detect, withAttributes({ nc: 0, no: 5 })), /whole number above 0 "nc"/],
    [
      'a level too many',
      withLayer(detect, withAttributes({ nl: 4 })),
      /stride has the shape \[3\] instead of \[4\]/,
    ],
    ['bilinear enlarging', withLayer(8, () => upsampleModule('bilinear').pickled), /in the mode "bilinear"/],
    [
      'a layer without weights',
      withLayer(3, withAttributes({ _modules: { conv: 1 } })),
      /should have a module "conv"/,
    ],
    ['reflected borders', withLayer(3, () => reflecting()), /pads with reflect/],
    ['a crowd of layers that do nothing', withLayer(3, () => crowd()), /more than 50000 layers/],
    [
      'a layer that holds too many',
      withLayer(3, () => sequential(...Array(5001).fill(idle)).pickled),
      /5001 l/,
    ],
    ['endless nesting', withLayer(3, () => nested(20)), /nested too deeply/],
  ];
  test.each(cases)('%s', (_, value, message) => {
    expect(() => convert(value)).toThrow(ModelError);
    expect(() => convert(value)).toThrow(message);
  });

  test('numbers that are not finite', () => {
    const make = new ModuleFactory(1);
    const conv = make.conv2d(8, 8, 3, { stride: 2 }).pickled;
    const weight = make.tensor([8, 8, 3, 3], [Number.NaN, ...make.numbers(575, 0, 1)]);
    const broken = withAttributes({ _parameters: { weight, bias: null } })(conv);
    expect(() => convert(withLayer(3, () => broken))).toThrow(
      /layer 3 .*weight has numbers that are not finite/,
    );
  });
});

function reflecting(): PyObject {
  return withAttributes({ padding_mode: 'reflect' })(new ModuleFactory(1).conv2d(8, 8).pickled);
}

const idle = new ModuleFactory(1).activation('Identity');

/** One layer in a hundred thousand places. */
function crowd(): PyObject {
  let inner = idle;
  for (let i = 0; i < 5; i++) inner = sequential(...Array(10).fill(inner));
  return inner.pickled;
}

function nested(depth: number): PyObject {
  let inner = new ModuleFactory(1).conv(8, 8);
  for (let i = 0; i < depth; i++) inner = sequential(inner);
  return inner.pickled;
}
