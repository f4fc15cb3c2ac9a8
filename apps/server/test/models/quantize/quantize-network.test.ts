// Networks in bytes: which parts become bytes, and how near the real ones stay to their float32 selves.
import { readdirSync, readFileSync } from 'node:fs';
import { drawScene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { afterAll, describe, expect, test } from 'vitest';
import { openNetwork } from '../../../src/detector/network.ts';
import type { Precision } from '../../../src/models/model.ts';
import { prepareModel } from '../../../src/models/model-store.ts';
import { onnxPieces } from '../../../src/models/onnx/write-onnx.ts';
import { quantizeNetwork } from '../../../src/models/quantize/quantize-network.ts';
import { valueRanges } from '../../../src/models/quantize/value-ranges.ts';
import { convertCheckpoint } from '../../../src/models/yolov5/convert-checkpoint.ts';
import { readLabels } from '../../detector/labels.ts';
import { meanAveragePrecision } from '../../detector/mean-average-precision.ts';
import { describeWithShared, sharedPath } from '../../shared-files.ts';
import { DEMO_CHECKPOINT, openDetector, temporaryFolder } from '../../small-model.ts';
import { currentNetwork, oldNetwork } from '../support/test-networks.ts';
import { writeCheckpoint } from '../support/write-zip.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const small = () => convertCheckpoint(writeCheckpoint({ model: currentNetwork().pickled }));

describe('what becomes bytes', () => {
  test('every convolution before the head, none in it', () => {
    const ranges = valueRanges(small());
    const convolutions = small().graph.nodes.filter(({ opType }) => opType === 'Conv');
    const isHead = ({ name }: { name: string }) => name.startsWith('detect.');
    expect(convolutions.filter(isHead)).toHaveLength(3);
    expect(convolutions.filter(({ name }) => !ranges.has(name))).toEqual(convolutions.filter(isHead));
  });

  test('of the head nothing but what it picks out of its input', () => {
    const inHead = [...valueRanges(small()).keys()].filter((name) => name.startsWith('detect.'));
    expect(inHead).toEqual([0, 1, 2].flatMap((i) => [`detect.${i}.features`, `detect.${i}.picked`]));
  });

  test('what is measured, without floats of it', () => {
    const { graph } = quantizeNetwork(small());
    const measured = graph.nodes.filter(({ opType }) => opType === 'Shape').map(({ input }) => input[0]);
    expect(measured).toHaveLength(3);
    for (const value of measured) {
      expect(graph.nodes.find(({ output }) => output[0] === value)?.opType).toBe('QuantizeLinear');
    }
  });

  test('what is enlarged, without floats of it', () => {
    const { graph } = quantizeNetwork(small());
    const enlarged = small().graph.nodes.filter(({ opType }) => opType === 'Resize');
    expect(enlarged.length).toBeGreaterThan(0);
    expect(graph.nodes.filter(({ opType }) => opType === 'Resize')).toEqual([]);
    for (const { name } of enlarged) {
      const readers = graph.nodes.filter(({ input }) => input.includes(name));
      expect(readers.map(({ opType }) => opType)).toEqual(readers.map(() => 'DequantizeLinear'));
    }
  });

  test('weights, as signed bytes with a scale for each channel', () => {
    const { graph } = quantizeNetwork(small());
    const bytes = graph.initializers.filter(({ type }) => type === 'int8');
    expect(bytes).toHaveLength(small().graph.nodes.filter(({ opType }) => opType === 'Conv').length - 3);
    for (const { name, dims } of bytes) {
      expect(graph.initializers.find((one) => one.name === `${name}.scales`)?.dims).toEqual([dims[0]]);
    }
  });

  test('weights that are read once each, though they are written in parts', () => {
    const model = small();
    const loads = new Map<string, number>();
    for (const weights of model.graph.initializers) {
      const { name, load } = weights;
      weights.load = () => {
        loads.set(name, (loads.get(name) ?? 0) + 1);
        return load();
      };
    }
    const quantized = quantizeNetwork(model);
    loads.clear();
    expect([...onnxPieces(quantized)].length).toBeGreaterThan(loads.size);
    expect(loads.size).toBeGreaterThan(20);
    expect([...loads].filter(([, times]) => times !== 1)).toEqual([]);
  });

  test('the image, as the kernel writes it', () => {
    const { graph, inputs } = quantizeNetwork(small());
    const [image] = inputs;
    expect(image).toEqual({ name: 'squares', type: 'uint8', dims: [1, 'height / 2', 'width / 2', 12] });
    const readersOf = (name = '') => graph.nodes.filter(({ input }) => input[0] === name);
    const squares = readersOf('squares');
    expect(squares.map(({ opType }) => opType)).toEqual(['Transpose']);
    const readers = readersOf(squares[0]?.output[0]);
    expect(readers.map(({ opType }) => opType)).toEqual(['DequantizeLinear']);
    expect(readersOf(readers[0]?.output[0]).map(({ opType }) => opType)).toEqual(['Conv']);
    // What the bytes mean is what the float32 network takes them for.
    const scaleOf = (from: typeof graph, name = '') =>
      from.initializers.find((one) => one.name === name)?.load();
    const exact = small().graph;
    const [toNumbers] = exact.nodes;
    expect([1, 2].map((i) => scaleOf(graph, readers[0]?.input[i]))).toEqual(
      [1, 2].map((i) => scaleOf(exact, toNumbers?.input[i])),
    );
  });

  test('not what follows another activation than SiLU', () => {
    const { graph, ...rest } = convertCheckpoint(writeCheckpoint({ model: oldNetwork().pickled }));
    const ranges = valueRanges({ graph, ...rest });
    const activated = graph.nodes.filter(({ opType }) => opType === 'LeakyRelu' || opType === 'HardSigmoid');
    expect(activated.length).toBeGreaterThan(1);
    for (const { name, input } of activated) {
      expect(ranges.has(name)).toBe(false);
      expect(ranges.has(input[0] ?? '')).toBe(false);
    }
  });

  test('nothing of a network that tells nothing of its ranges', () => {
    const model = small();
    model.graph.expectedRanges.clear();
    expect(() => quantizeNetwork(model)).toThrow(/cannot be made int8: that needs .* batch norm/);
  });
});

test('the quickest products of bytes are exact on every processor', async () => {
  const settings = { model: DEMO_CHECKPOINT, modelDir: folder.path, precision: 'int8' } as const;
  const model = await prepareModel(settings);
  const size = { width: 320, height: 192 };
  const image = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => (i * i * 31) % 256);
  const rows = async (saturates: boolean) => {
    const network = await openNetwork({ model: { ...model, saturates }, threads: 1 });
    return network.run(image, size, 0);
  };
  const [quick, exact] = [await rows(false), await rows(true)];
  expect(quick.length).toBeGreaterThan(1000);
  expect(quick.filter((value, i) => value !== exact[i])).toHaveLength(0);
});

/** mAP50-95 of both precisions on the same pictures. */
async function compare(checkpoint: string, pictures: readonly { data: Uint8Array; labels: Labelled }[]) {
  const accuracy = async (precision: Precision) => {
    const detector = await openDetector(checkpoint, folder.path, { workers: 1, precision });
    const images = [];
    for (const { data, labels } of pictures) {
      const result = await detector.detect({ mode: '', width: 0, height: 0, data }, {});
      images.push({ detections: result.detections, labels: labels(result) });
    }
    await detector.close();
    return { images, precision: meanAveragePrecision(images) };
  };
  return { exact: await accuracy('float32'), bytes: await accuracy('int8') };
}

type Labelled = (size: { width: number; height: number }) => ReturnType<typeof readLabels>;

test('the demonstration model loses little on scenes, and is not the same', async () => {
  const scenes = Array.from({ length: 24 }, (_, i) =>
    drawScene({ seed: `int8 ${i}`, width: 640, height: 384 }),
  );
  const pictures = await Promise.all(
    scenes.map(async (scene) => ({ data: await renderScene(scene), labels: () => [...scene.objects] })),
  );
  const { exact, bytes } = await compare(DEMO_CHECKPOINT, pictures);
  expect(bytes.images).not.toEqual(exact.images);
  expect(exact.precision).toBeGreaterThan(0.2);
  expect(exact.precision - bytes.precision).toBeLessThan(0.03);
});

describeWithShared('int8 on labelled photographs', ['media/labels', 'models/yolov5n.pt'], () => {
  test('the official model loses less than one point of mAP50-95', async () => {
    const pictures = readdirSync(sharedPath('media/labels')).map((file) => ({
      data: readFileSync(sharedPath(`media/images/${file.replace('.txt', '.jpg')}`)),
      labels: (size: { width: number; height: number }) => readLabels(file, size),
    }));
    const { exact, bytes } = await compare(sharedPath('models/yolov5n.pt'), pictures);
    expect(exact.precision - bytes.precision).toBeLessThan(0.01);
  });
});
