import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DownloadProgress } from '../../src/models/download.ts';
import { RELEASE, RELEASE_URL } from '../../src/models/release.ts';
import { describeWithShared, sharedPath } from '../shared-files.ts';
import {
  checkpoint,
  flip,
  folder,
  log,
  modelDir,
  NOWHERE,
  onnx,
  otherCheckpoint,
  prepare,
  refusal,
  sharedDir,
} from './support/model-folders.ts';
import { releaseServer } from './support/release-server.ts';
import { runOnnx } from './support/run-onnx.ts';
import { module } from './support/test-modules.ts';
import { oldNetwork } from './support/test-networks.ts';
import { writeCheckpoint } from './support/write-zip.ts';

describe('where a model is found', () => {
  test('at the path given, absolute or not', async () => {
    writeFileSync(join(folder, 'best.pt'), checkpoint);
    const model = await prepare(join(folder, 'best.pt'));
    expect(model).toMatchObject({
      name: 'best',
      classes: ['nut', "it's", 'ネジ "M4"'],
      stride: 32,
      elementType: 'uint8',
      inputOrder: 'planes',
      inputName: 'images',
      hasFloor: true,
      precision: 'float32',
      outputName: 'output0',
    });
    expect(model).not.toHaveProperty('fixedSize');
    expect(await prepare('./best.pt')).toEqual(model);
    expect(await prepare('best.pt')).toEqual(model);
    const { dims } = await runOnnx(model.onnxPath, new Uint8Array(3 * 64 * 64), [1, 3, 64, 64]);
    expect(dims).toEqual([1, 252, 8]);
  });

  test('an ONNX file is used where it is', async () => {
    const path = join(folder, 'my.model.onnx');
    writeFileSync(path, onnx);
    const model = await prepare(path);
    expect(model).toMatchObject({ name: 'my.model', onnxPath: path, classes: ['class0', 'class1'] });
    expect(model.fixedSize).toEqual({ width: 64, height: 64 });
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(readdirSync(modelDir)).toEqual([]);
  });

  test('a bare file name also in the folders', async () => {
    writeFileSync(join(sharedDir, 'best.pt'), checkpoint);
    expect((await prepare('best.pt')).stride).toBe(32);
    writeFileSync(join(modelDir, 'best.pt'), otherCheckpoint);
    expect((await prepare('best.pt')).stride).toBe(64);
  });

  test('a name in MODEL_DIR, then in the shared folder', async () => {
    writeFileSync(join(sharedDir, 'yolov5s.pt'), checkpoint);
    expect(await prepare('yolov5s')).toMatchObject({ name: 'yolov5s', stride: 32 });
    writeFileSync(join(modelDir, 'yolov5s.onnx'), onnx);
    expect((await prepare('yolov5s')).onnxPath).toBe(join(modelDir, 'yolov5s.onnx'));
    writeFileSync(join(modelDir, 'yolov5s.pt'), otherCheckpoint);
    expect(await prepare('s')).toMatchObject({ name: 'yolov5s', stride: 64 });
    expect(log).toContainEqual(
      expect.stringMatching(/yolov5s\.pt is not the file of the official v7\.0 release/),
    );
  });

  test('a file that has an official one’s name and is not it is used, and named', async () => {
    const path = join(folder, 'yolov5s.pt');
    writeFileSync(path, checkpoint);
    for (const model of ['yolov5s.pt', path]) {
      const warnings: string[] = [];
      const warn = (line: string) => warnings.push(line);
      expect(await prepare(model, { warn })).toMatchObject({ name: 'yolov5s' });
      expect(warnings).toEqual([`${path} is not the file of the official v7.0 release; it is used as it is`]);
    }
  });

  test('the shared folder is only read', async () => {
    writeFileSync(join(sharedDir, 'yolov5n.pt'), checkpoint);
    chmodSync(sharedDir, 0o555);
    const { onnxPath } = await prepare('n');
    expect(readdirSync(sharedDir)).toEqual(['yolov5n.pt']);
    expect(onnxPath.startsWith(modelDir)).toBe(true);
    chmodSync(sharedDir, 0o755);
  });
});

describe('what cannot be used is refused in one line', () => {
  const names = ['', 'Demo', 'yolov8n', 'yolov5', 'yolov5nn', 'N', 'toString', '__proto__', 'yolov5n.pth'];
  test.each(names)('MODEL is %j', async (name) => {
    const message = await refusal(name);
    expect(message).toContain(`MODEL is ${JSON.stringify(name)}`);
    expect(message).toMatch(
      /allowed are yolov5n, yolov5s, .*, yolov5x6, demo, or a path to a \.pt or \.onnx file/,
    );
  });

  test.each(['/models/', 'models/best', './demo', 'C:\\models\\best'])('MODEL is %j', async (name) => {
    expect(await refusal(name)).toContain('a path to a .pt or .onnx file is needed');
  });

  test('a path that leads nowhere', async () => {
    const missing = join(folder, 'no/best.pt');
    expect(await refusal(missing)).toBe(`MODEL is "${missing}", but there is no file ${missing}`);
    mkdirSync(join(folder, 'folder.pt'));
    expect(await refusal('folder.pt')).toContain(`no file ${folder}/folder.pt or ${modelDir}/folder.pt or`);
  });

  test('files that are something else, each with its name', async () => {
    const files: [string, Uint8Array, RegExp][] = [
      ['page.pt', Buffer.from('<html>'), /page\.pt cannot be used: this is not a zip file/],
      ['empty.pt', Buffer.alloc(0), /empty\.pt cannot be used/],
      ['empty.onnx', Buffer.alloc(0), /empty\.onnx cannot be used: it is not an ONNX file/],
      [
        'layer.pt',
        writeCheckpoint(module('models.common', 'Conv', {})),
        /layer\.pt cannot be used: it holds a models\.common\.Conv/,
      ],
    ];
    for (const [name, bytes, message] of files) {
      writeFileSync(join(folder, name), bytes);
      expect(await refusal(name)).toMatch(message);
    }
    expect(existsSync(join(modelDir, 'converted'))).toBe(false);
  });

  test('layers that do not fit together, and nothing is kept', async () => {
    const network = oldNetwork().pickled;
    const layers = (
      network.attributes._modules as { entries: { model: { attributes: Record<string, unknown> } } }
    ).entries.model;
    const modules = (layers.attributes._modules as { entries: Record<string, { attributes: object }> })
      .entries;
    (modules['7']?.attributes as { f: number[] }).f = [0, 4, 6];
    writeFileSync(join(folder, 'odd.pt'), writeCheckpoint({ model: network }));
    expect(await refusal('odd.pt')).toMatch(
      /odd\.pt cannot be used: (it does not run|ONNX Runtime cannot load)/,
    );
    expect(readdirSync(join(modelDir, 'converted'))).toEqual([]);
  });
});

describe('an official model that is nowhere here', () => {
  test('is fetched from where YOLOv5 publishes it', () => {
    expect(RELEASE_URL).toBe('https://github.com/ultralytics/yolov5/releases/download/v7.0/');
  });

  test('nobody is there: what to put where', async () => {
    expect(await refusal('x6')).toBe(
      `MODEL is x6, but there is no yolov5x6.pt in ${modelDir} or ${sharedDir}, and 127.0.0.1:2 cannot be reached: fetch failed (connect ECONNREFUSED 127.0.0.1:2); put ${NOWHERE}/yolov5x6.pt (282720357 bytes) into ${modelDir}`,
    );
  });

  test('cannot be fetched: why, and what to put where', async () => {
    await using server = await releaseServer(checkpoint, { status: 404 });
    const message = await refusal('yolov5s6.pt', { releaseUrl: server.url, sharedDir: undefined });
    expect(message).toMatch(
      /^MODEL is yolov5s6\.pt, .* in \S+models, and the server answers 404 Not Found; put http:/,
    );
    expect(readdirSync(modelDir)).toEqual([]);
  });

  test('is something else on the server', async () => {
    await using server = await releaseServer(checkpoint);
    const message = await refusal('m', { releaseUrl: server.url });
    expect(message).toContain(`the server's file has ${checkpoint.length} bytes instead of 42806829`);
  });
});

describeWithShared('the official YOLOv5n', ['models/yolov5n.pt'], () => {
  test('is fetched, checked, converted and found again', async () => {
    const file = readFileSync(sharedPath('models/yolov5n.pt'));
    await using server = await releaseServer(file, { breakAfter: 1_000_000 }, 'good');
    const reports: DownloadProgress[] = [];
    const onProgress = (report: DownloadProgress) => reports.push(report);
    const model = await prepare('yolov5n', { releaseUrl: server.url, onProgress });
    expect(model).toMatchObject({ name: 'yolov5n', stride: 32, sha256: RELEASE.get('yolov5n')?.sha256 });
    expect(model.classes.length).toBe(80);
    expect([model.classes[0], model.classes[79]]).toEqual(['person', 'toothbrush']);
    expect(reports.at(-1)).toEqual({
      fileName: 'yolov5n.pt',
      receivedBytes: file.length,
      totalBytes: file.length,
    });
    expect(readdirSync(modelDir).toSorted()).toEqual(['converted', 'yolov5n.pt']);
    expect(await prepare('n')).toEqual(model);
    expect(server.requests.length).toBe(2);
  });

  test('with a wrong byte is named as not the official one', async () => {
    cpSync(sharedPath('models/yolov5n.pt'), join(modelDir, 'yolov5n.pt'));
    chmodSync(join(modelDir, 'yolov5n.pt'), 0o644);
    flip(join(modelDir, 'yolov5n.pt'), 0.5);
    expect(await refusal('n')).toMatch(
      /yolov5n\.pt cannot be used: the zip entry "archive\/data\/\d+" is damaged/,
    );
    expect(log[0]).toMatch(/not the file of the official/);
  });
});
