// Small YOLOv5 networks: as checkpoints, and as functions that compute what they should find.
import { type FeatureMap, sigmoid, valueAt } from './feature-map.ts';
import { PyObject, type PyTensor } from './python-values.ts';
import {
  concatModule,
  list,
  ModuleFactory,
  module,
  type TestModule,
  upsampleModule,
} from './test-modules.ts';

export interface TestNetwork {
  /** The network's object, to be put into a checkpoint. */
  readonly pickled: PyObject;
  readonly columns: number;
  /** Rows of `5 + classes` numbers, in the order of YOLOv5's exporter. */
  detect(image: FeatureMap): number[];
}

interface Layer {
  readonly from: number | readonly number[];
  readonly module: TestModule;
}

export interface NetworkOptions {
  readonly names?: unknown;
  readonly classCount?: number;
  /** Of the network's class, in `models.yolo`. */
  readonly className?: string;
}

const ANCHORS = [
  [1.25, 1.625, 2, 3.75, 4.125, 2.875],
  [1.875, 3.8125, 3.875, 2.8125, 3.6875, 7.4375],
  [3.625, 2.8125, 4.875, 6.1875, 11.65625, 10.1875],
  [2.5, 3, 5, 4, 6, 9],
  [3, 2, 4, 5, 7, 8],
];

/** As v6 and v7 are built, in small: SPPF, and an upsampled branch. */
export function currentNetwork(options: NetworkOptions = {}): TestNetwork {
  const make = new ModuleFactory(1);
  const layers: Layer[] = [
    { from: -1, module: make.conv(3, 4, 6, { stride: 2, padding: 2 }) },
    { from: -1, module: make.conv(4, 8, 3, { stride: 2 }) },
    { from: -1, module: make.c3(8, 8, { repeats: 2 }) },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2 }) },
    { from: -1, module: make.c3(8, 8) },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2 }) },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2 }) },
    { from: -1, module: make.sppf(8, 8) },
    { from: -1, module: upsampleModule() },
    { from: [-1, 5], module: concatModule() },
    { from: -1, module: make.c3(16, 8, { shortcut: false }) },
  ];
  return network(make, layers, [4, 10, 7], [8, 16, 32], options);
}

/** As 5.0 was built: Focus, SPP, names in a list, and the class that was called Model. */
export function oldNetwork(): TestNetwork {
  const make = new ModuleFactory(2, 'FloatStorage');
  const layers: Layer[] = [
    { from: -1, module: make.focus(3, 4, 3) },
    { from: -1, module: make.conv(4, 8, 3, { stride: 2 }) },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2 }) },
    { from: -1, module: make.bottleneckCsp(8, 8) },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2, activation: 'LeakyReLU' }) },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2, activation: 'Hardswish' }) },
    { from: -1, module: make.spp(8, 8) },
  ];
  return network(make, layers, [3, 4, 6], [8, 16, 32], {
    names: ['cup', 'plate'],
    classCount: 2,
    className: 'Model',
  });
}

/** The P6 family: a fourth level of stride 64. */
export function p6Network(): TestNetwork {
  const make = new ModuleFactory(3);
  const halve = (): Layer => ({ from: -1, module: make.conv(4, 4, 3, { stride: 2 }) });
  const layers: Layer[] = [
    { from: -1, module: make.conv(3, 4, 6, { stride: 2, padding: 2 }) },
    ...Array.from({ length: 5 }, halve),
  ];
  return network(make, layers, [2, 3, 4, 5], [8, 16, 32, 64], {});
}

/** As YOLOv5's `yolov5-p7.yaml`, in small: a fifth level of stride 128, which the fourth is joined with. */
export function p7Network(): TestNetwork {
  const make = new ModuleFactory(5);
  const halve = (): Layer => ({ from: -1, module: make.conv(4, 4, 3, { stride: 2 }) });
  const layers: Layer[] = [
    { from: -1, module: make.conv(3, 4, 6, { stride: 2, padding: 2 }) },
    ...Array.from({ length: 6 }, halve),
    { from: -1, module: upsampleModule() },
    { from: [-1, 5], module: concatModule() },
    { from: -1, module: make.conv(8, 4) },
  ];
  return network(make, layers, [2, 3, 4, 9, 6], [8, 16, 32, 64, 128], {});
}

/** What people build with YOLOv5's other configuration files. */
export function unusualNetwork(): TestNetwork {
  const make = new ModuleFactory(4);
  const layers: Layer[] = [
    { from: -1, module: make.focus(3, 8, 1) },
    { from: -1, module: make.ghostConv(8, 8, 3, { stride: 2 }) },
    { from: -1, module: make.c3(8, 8, { name: 'C3Ghost', inner: (c) => make.ghostBottleneck(c) }) },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2, activation: 'ReLU', name: 'DWConv', groups: 8 }) },
    {
      from: -1,
      module: make.c3(8, 8, { name: 'C3SPP', single: true, inner: (c) => make.spp(c, c, [3, 5]) }),
    },
    { from: -1, module: make.conv(8, 8, 3, { stride: 2, fused: true, bias: true }) },
    { from: -1, module: make.c3(8, 8, { name: 'C3x', inner: (c) => make.bottleneck(c, true, 'CrossConv') }) },
    { from: -1, module: make.conv2d(8, 8, 3, { stride: 2, bias: true }) },
  ];
  return network(make, layers, [4, 6, 7], [8, 16, 32], {});
}

function network(
  make: ModuleFactory,
  layers: readonly Layer[],
  from: readonly number[],
  strides: readonly number[],
  options: NetworkOptions,
): TestNetwork {
  const names =
    options.names ??
    new Map([
      [0, 'nut'],
      [1, "it's"],
      [2, 'ネジ "M4"'],
    ]);
  const classCount = options.classCount ?? 3;
  const columns = 5 + classCount;
  const channels = strides.length > 3 ? 4 : 8;
  const heads = strides.map(() => make.conv2d(channels, 3 * columns, 1, { bias: true }));
  const detect = detectModule(make, heads, strides, classCount);
  const pickled = [...layers, { from, module: { pickled: detect } }].map(
    ({ from: f, module: { pickled } }, i) => {
      return new PyObject(pickled.type, { ...pickled.attributes, f, i, type: pickled.type.name });
    },
  );
  return {
    pickled: module('models.yolo', options.className ?? 'DetectionModel', {
      modules: { model: list(pickled.map((each) => ({ pickled: each, forward: (x) => x }))) },
      attributes: {
        names,
        stride: floats(make, strides),
        save: [],
        yaml: { nc: classCount },
        nc: classCount,
      },
    }),
    columns,
    detect: (image) => {
      const outputs = run(layers, image);
      return strides.flatMap((stride, level) => {
        const raw = (heads[level] as TestModule).forward(outputs[from[level] as number] as FeatureMap);
        return decode(raw, stride, ANCHORS[level] as number[], columns);
      });
    },
  };
}

function floats(make: ModuleFactory, values: readonly number[]): PyTensor {
  return make.tensor([values.length], values);
}

function detectModule(
  make: ModuleFactory,
  heads: readonly TestModule[],
  strides: readonly number[],
  classCount: number,
): PyObject {
  const anchors = ANCHORS.slice(0, strides.length).flat();
  return module('models.yolo', 'Detect', {
    modules: { m: list(heads) },
    buffers: { anchors: make.tensor([strides.length, 3, 2], anchors) },
    attributes: {
      nc: classCount,
      no: classCount + 5,
      nl: strides.length,
      na: 3,
      stride: floats(make, strides),
      inplace: true,
    },
  });
}

function run(layers: readonly Layer[], image: FeatureMap): FeatureMap[] {
  const outputs: FeatureMap[] = [];
  for (const { from, module: layer } of layers) {
    const inputs = [from]
      .flat()
      .map((f) => (f === -1 ? (outputs.at(-1) ?? image) : (outputs[f] as FeatureMap)));
    outputs.push(layer.forward(...inputs));
  }
  return outputs;
}

/** Boxes of one level; anchors are in cells. */
function decode(raw: FeatureMap, stride: number, anchors: readonly number[], columns: number): number[] {
  const rows: number[] = [];
  for (let anchor = 0; anchor < 3; anchor++) {
    for (let y = 0; y < raw.height; y++) {
      for (let x = 0; x < raw.width; x++) {
        const at = (column: number) => sigmoid(valueAt(raw, anchor * columns + column, y, x));
        rows.push((at(0) * 2 - 0.5 + x) * stride, (at(1) * 2 - 0.5 + y) * stride);
        rows.push((at(2) * 2) ** 2 * (anchors[2 * anchor] as number) * stride);
        rows.push((at(3) * 2) ** 2 * (anchors[2 * anchor + 1] as number) * stride);
        for (let column = 4; column < columns; column++) rows.push(at(column));
      }
    }
  }
  return rows;
}
