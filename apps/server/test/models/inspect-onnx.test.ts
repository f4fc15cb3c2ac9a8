import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TensorProto_DataType as DataType } from '@boxwire/proto/onnx/onnx';
import { afterAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../src/models/model-error.ts';
import { COCO_CLASSES } from '../../src/models/onnx/coco-classes.ts';
import { inspectOnnx, type OnnxDetector } from '../../src/models/onnx/inspect-onnx.ts';
import { type GraphValue, type OnnxModel, onnxPieces } from '../../src/models/onnx/write-onnx.ts';
import { quantizeNetwork } from '../../src/models/quantize/quantize-network.ts';
import { convertCheckpoint } from '../../src/models/yolov5/convert-checkpoint.ts';
import { temporaryFolder } from '../small-model.ts';
import { currentNetwork, p6Network } from './support/test-networks.ts';
import { type FakeNetwork, fakeOnnx } from './support/write-onnx.ts';
import { writeCheckpoint } from './support/write-zip.ts';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

function inspect(bytes: Uint8Array): Promise<OnnxDetector> {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, bytes);
  return inspectOnnx(path, bytes);
}

/** 64x64 pixels: (64 + 16 + 4) cells with 3 anchors. */
const fixed = (columns: number, more: Partial<FakeNetwork> = {}): FakeNetwork => ({
  input: [1, 3, 64, 64],
  outputs: [{ name: 'output0', dims: [1, 252, columns] }],
  ...more,
});
const three = "{0: 'a', 1: \"it's\", 2: 'c'}";

describe('YOLOv5 files from elsewhere', () => {
  test('fixed size, float16, no names: COCO', async () => {
    const { input, output } = await inspect(fakeOnnx(fixed(85, { inputType: DataType.FLOAT16 })));
    expect(input).toEqual({
      inputName: 'images',
      hasFloor: false,
      elementType: 'float16',
      inputOrder: 'planes',
      fixedSize: { width: 64, height: 64 },
    });
    expect(output).toEqual({ outputName: 'output0', classes: COCO_CLASSES, stride: 32 });
  });

  test('a size that is not square', async () => {
    const outputs = [{ name: 'output0', dims: [1, 504, 6] }];
    const { input } = await inspect(fakeOnnx({ input: [1, 3, 64, 128], outputs }));
    expect(input.fixedSize).toEqual({ width: 128, height: 64 });
  });

  const names: [string, string | undefined, string[]][] = [
    ['a dict', three, ['a', "it's", 'c']],
    ['a list', "['a', 'b', 'c']", ['a', 'b', 'c']],
    ['JSON', '{"0": "a", "1": "b", "2": "c"}', ['a', 'b', 'c']],
    ['a dict in another order', "{2: 'c', 0: 'a', 1: 'b'}", ['a', 'b', 'c']],
    ['none', undefined, ['class0', 'class1', 'class2']],
  ];
  test.each(names)('names: %s', async (_, text, classes) => {
    const metadata: Record<string, string> = text === undefined ? {} : { names: text };
    expect((await inspect(fakeOnnx(fixed(8, { metadata })))).output.classes).toEqual(classes);
  });

  test('everything open, as the official exporter leaves it', async () => {
    const outputs = [{ name: 'output0', dims: [1, 2016, 8], says: ['batch', 'anchors', 'dim_2'] }];
    const { input, output } = await inspect(fakeOnnx({ outputs, metadata: { names: three, stride: '32' } }));
    expect(input).toEqual({
      inputName: 'images',
      hasFloor: false,
      elementType: 'float32',
      inputOrder: 'planes',
    });
    expect(output).toEqual({ outputName: 'output0', classes: ['a', "it's", 'c'], stride: 32 });
  });

  test('the number of classes is found by running it', async () => {
    const outputs = [{ name: 'output', dims: [1, 2016, 7], says: [undefined, undefined, undefined] }];
    expect((await inspect(fakeOnnx({ outputs }))).output.classes).toEqual(['class0', 'class1']);
  });

  test('the stride is found by counting candidates', async () => {
    const p6 = { outputs: [{ name: 'output', dims: [1, 2040, 7] }] };
    expect((await inspect(fakeOnnx(p6))).output.stride).toBe(64);
  });

  test('the raw heads of older exporters are passed over', async () => {
    const heads = [8, 4, 2].map((side, i) => ({ name: `head${i}`, dims: [1, 3, side, side, 8] }));
    const outputs = [...heads, { name: 'output', dims: [1, 252, 8] }];
    expect((await inspect(fakeOnnx(fixed(8, { outputs })))).output.outputName).toBe('output');
  });

  test.each([
    ['current', currentNetwork, 32],
    ['P6', p6Network, 64],
  ])('our own: %s', async (_, make, stride) => {
    const onnx = Buffer.concat([...onnxPieces(convertCheckpoint(writeCheckpoint(make().pickled)))]);
    const { input, output } = await inspect(onnx);
    expect(input).toEqual({
      inputName: 'images',
      hasFloor: true,
      elementType: 'uint8',
      inputOrder: 'planes',
    });
    expect(output).toEqual({ outputName: 'output0', classes: ['nut', "it's", 'ネジ "M4"'], stride });
  });
});

test('our own in 8 bits takes squares, and nothing else of that name does', async () => {
  const bytes = (model: OnnxModel) => Buffer.concat([...onnxPieces(model)]);
  const own = quantizeNetwork(convertCheckpoint(writeCheckpoint({ model: currentNetwork().pickled })));
  const { input, output } = await inspect(bytes(own));
  expect(input).toEqual({
    inputName: 'squares',
    hasFloor: true,
    elementType: 'uint8',
    inputOrder: 'squares',
  });
  expect(output.stride).toBe(32);
  const foreign = convertCheckpoint(writeCheckpoint({ model: currentNetwork().pickled }));
  const [image, ...others] = foreign.inputs as [GraphValue, ...GraphValue[]];
  foreign.graph.nodes[0]?.input.splice(0, 1, 'squares');
  const renamed = { ...foreign, inputs: [{ ...image, name: 'squares' }, ...others] };
  expect((await inspect(bytes(renamed))).input).toMatchObject({ inputName: 'squares', inputOrder: 'planes' });
});

describe('what is no YOLOv5 detection model is refused with what was found', () => {
  const one = (...dims: number[]): FakeNetwork['outputs'] => [{ name: 'out', dims }];
  const coco = { names: `[${COCO_CLASSES.map((name) => JSON.stringify(name)).join(', ')}]` };
  const cases: [string, FakeNetwork, RegExp][] = [
    [
      'YOLOv8',
      fixed(0, { outputs: one(1, 84, 84), metadata: coco }),
      /YOLOv8 or later.*out float32 \[1, 84, 84\]/,
    ],
    ['YOLOv8 without names', { input: [1, 3, 640, 640], outputs: one(1, 84, 8400) }, /looks like YOLOv8/],
    [
      'YOLOv8, open size',
      { outputs: [{ name: 'out', dims: [1, 84, 672], says: [1, 84, 'n'] }], metadata: coco },
      /looks like YOLOv8/,
    ],
    ['YOLOX', fixed(0, { outputs: one(1, 84, 85) }), /anchor-free/],
    [
      'a segmentation',
      fixed(0, { outputs: [...one(1, 252, 117), { name: 'proto', dims: [1, 32, 16, 16] }], metadata: coco }),
      /segmentation.*proto float32 \[1, 32, 16, 16\]/,
    ],
    ['a classification', fixed(0, { outputs: one(1, 1000) }), /classification.*\[1, 1000\]/],
    ['boxes after suppression', fixed(0, { outputs: one(1, 300, 6) }), /non-maximum suppression/],
    ['boxes after suppression, open size', { outputs: one(1, 300, 6) }, /non-maximum suppression/],
    ['raw heads alone', fixed(0, { outputs: one(1, 3, 8, 8, 85) }), /\[1, 3, 8, 8, 85\]/],
    [
      'other names than classes',
      fixed(85, { metadata: { names: three } }),
      /\[1, 252, 85\]; one of \[1, candidates, 8 \(5 \+ its 3 class names\)\]/,
    ],
    ['four columns', fixed(4), /\[1, 252, 4\]/],
    ['another number of candidates', fixed(0, { outputs: one(1, 253, 85) }), /\[1, 253, 85\]/],
    ['a batch of four', { ...fixed(85), input: [4, 3, 64, 64] }, /input is images float32 \[4, 3, 64, 64\]/],
    ['one channel', { ...fixed(85), input: [1, 1, 64, 64] }, /\[1, 1, 64, 64\]/],
    ['channels last', { ...fixed(85), input: [1, 64, 64, 3] }, /\[1, 64, 64, 3\]/],
    ['three dimensions', { ...fixed(85), input: [3, 64, 64] }, /\[3, 64, 64\]/],
    [
      'one side open',
      { ...fixed(85), input: [1, 3, 64, 'width'] },
      /\[1, 3, 64, \?\].*both sizes fixed or both open/,
    ],
    [
      'two inputs',
      { ...fixed(85), moreInputs: ['scale'] },
      /2 inputs \(images float32 .*, scale float32 \[1\]\)/,
    ],
    [
      'double precision',
      { ...fixed(85), inputType: DataType.DOUBLE },
      /images float64 .*; uint8, float32, float16 are possible/,
    ],
    [
      'no sigmoid',
      fixed(0, { outputs: [{ name: 'out', dims: [1, 252, 85], value: -3 }] }),
      /out has a score of -3/,
    ],
    [
      'no numbers',
      fixed(0, { outputs: [{ name: 'out', dims: [1, 252, 85], value: Number.NaN }] }),
      /a box of NaN/,
    ],
    [
      'boxes from 0 to 1',
      fixed(0, { outputs: [{ name: 'out', dims: [1, 252, 85], value: 0.9 }] }),
      /out has boxes that are fractions of the image; pixels are needed/,
    ],
    [
      'unreadable names',
      fixed(8, { metadata: { names: "{0: 'a'" } }),
      /class names .* cannot be read: it ends too early/,
    ],
    [
      'names with a gap',
      fixed(8, { metadata: { names: "{0: 'a', 2: 'b', 3: 'c'}" } }),
      /no name for class 1/,
    ],
    ['weights in other files', fixed(85, { external: 'initializer' }), /external data/],
    ['a constant in another file', fixed(85, { external: 'constant' }), /external data/],
    ['a function with one', fixed(85, { external: 'function' }), /external data/],
    [
      'another size than it says',
      { outputs: [{ name: 'out', dims: [1, 5, 85], says: ['batch', 'anchors', 85] }] },
      /\[1, 5, 85\]/,
    ],
  ];
  test.each(cases)('%s', async (_, network, message) => {
    const result = inspect(fakeOnnx(network));
    await expect(result).rejects.toThrow(ModelError);
    await expect(result).rejects.toThrow(message);
  });

  const files: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(), /not an ONNX file/],
    ['text', Buffer.from('hello, this is no model at all'), /not an ONNX file/],
    ['a checkpoint', writeCheckpoint({}), /not an ONNX file/],
    ['zeros', new Uint8Array(1000), /not an ONNX file/],
    ['a huge length', Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 0]), /not an ONNX file/],
  ];
  test.each(files)('%s', async (_, bytes, message) => {
    await expect(inspect(bytes)).rejects.toThrow(message);
  });

  test('every file that is cut short', async () => {
    const whole = fakeOnnx(fixed(8, { metadata: { names: three } }));
    let refused = 0;
    for (let length = 0; length < whole.length; length += 7) {
      await inspect(whole.subarray(0, length)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ModelError);
        refused += 1;
      });
    }
    // One that ends where a field does may still be a model.
    expect(refused).toBeGreaterThan(whole.length / 7 - 10);
  });

  test('a graph in which nothing fits together', async () => {
    const onnx = fakeOnnx(fixed(85));
    const broken = Buffer.from(onnx);
    broken.write('Xdd', broken.indexOf('Add'));
    await expect(inspect(broken)).rejects.toThrow(/ONNX Runtime cannot load it/);
  });
});
