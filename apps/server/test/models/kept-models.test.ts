// Converted checkpoints: how precisely they are computed, and that they are kept.
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  checkpoint,
  flip,
  folder,
  log,
  modelDir,
  onnx,
  otherCheckpoint,
  prepare,
  refusal,
} from './support/model-folders.ts';
import { p7Network } from './support/test-networks.ts';
import { writeCheckpoint } from './support/write-zip.ts';

describe('precision', () => {
  test('int8 is a file of its own, kept beside the other', async () => {
    writeFileSync(join(modelDir, 'best.pt'), checkpoint);
    const exact = await prepare('best.pt');
    const bytes = await prepare('best.pt', { precision: 'int8' });
    expect([exact.precision, bytes.precision]).toEqual(['float32', 'int8']);
    expect(bytes.onnxPath).not.toBe(exact.onnxPath);
    const squares = { inputName: 'squares', inputOrder: 'squares' };
    expect(bytes).toEqual({ ...exact, precision: 'int8', onnxPath: bytes.onnxPath, ...squares });
    expect((await prepare('best.pt', { precision: 'int8' })).onnxPath).toBe(bytes.onnxPath);
    expect(log.filter((line) => line.startsWith('converted'))).toHaveLength(2);
  });

  test('auto measures both and says which it takes', async () => {
    writeFileSync(join(modelDir, 'best.pt'), checkpoint);
    const { precision } = await prepare('best.pt', { precision: 'auto' });
    const [, speedup, chosen] =
      /int8 is (\d+\.\d\d) times as fast here, (\w+) is used/.exec(log.at(-1) ?? '') ?? [];
    expect(chosen).toBe(precision);
    expect(precision).toBe(Number(speedup) >= 1.15 ? 'int8' : 'float32');
  });

  test('auto measures what has a stride of 128, too', async () => {
    writeFileSync(join(modelDir, 'deep.pt'), writeCheckpoint({ model: p7Network().pickled }));
    expect(await prepare('deep.pt', { precision: 'auto' })).toMatchObject({ stride: 128 });
    expect(log.at(-1)).toMatch(/int8 is \d+\.\d\d times as fast here/);
  });

  test('auto takes float32 where it cannot measure', async () => {
    writeFileSync(join(modelDir, 'best.pt'), checkpoint);
    const measure = () => Promise.reject(new Error('out of memory'));
    expect(await prepare('best.pt', { precision: 'auto', measure })).toMatchObject({ precision: 'float32' });
    expect(log.at(-1)).toBe('PRECISION is auto: float32 is used, since measuring failed: out of memory');
  });

  test('an ONNX file stays what it is', async () => {
    writeFileSync(join(folder, 'my.onnx'), onnx);
    expect(await prepare('my.onnx', { precision: 'auto' })).toMatchObject({ precision: 'float32' });
    expect(await refusal('my.onnx', { precision: 'int8' })).toMatch(
      /PRECISION is int8, which is made of checkpoints/,
    );
  });
});

describe('a converted checkpoint is kept', () => {
  beforeEach(() => writeFileSync(join(folder, 'best.pt'), checkpoint));

  test('and taken at the next start', async () => {
    const first = await prepare('best.pt');
    const { mtimeMs } = statSync(first.onnxPath);
    expect(log).toEqual([expect.stringMatching(/^converted best to .* in \d+ ms$/)]);
    expect(await prepare('best.pt')).toEqual(first);
    expect(log.length).toBe(1);
    expect(statSync(first.onnxPath).mtimeMs).toBe(mtimeMs);
  });

  test('but not by a converter that made other graphs', async () => {
    const { onnxPath } = await prepare('best.pt');
    const older = onnxPath.replace(/-v\d+(?=\.onnx$)/, '-v2');
    expect(older).not.toBe(onnxPath);
    renameSync(onnxPath, older);
    expect((await prepare('best.pt')).onnxPath).toBe(onnxPath);
    expect(log).toHaveLength(2);
  });

  test('for these bytes, not for this name', async () => {
    const first = await prepare('best.pt');
    writeFileSync(join(folder, 'best.pt'), otherCheckpoint);
    const second = await prepare('best.pt');
    expect(second.stride).toBe(64);
    expect(second.onnxPath).not.toBe(first.onnxPath);
  });

  const damages: [string, (path: string) => void][] = [
    ['cut short', (path) => truncateSync(path, statSync(path).size - 1)],
    ['empty', (path) => truncateSync(path, 0)],
    ['longer', (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('x')]))],
    ['with a wrong byte', (path) => flip(path, 0.5)],
    ['with a wrong byte in its seal', (path) => flip(path, 0.9999)],
    ['deleted', (path) => rmSync(path)],
  ];
  test.each(damages)('and made again where it is %s', async (_, damage) => {
    const { onnxPath } = await prepare('best.pt');
    const whole = readFileSync(onnxPath);
    damage(onnxPath);
    await prepare('best.pt');
    expect(readFileSync(onnxPath).equals(whole)).toBe(true);
    expect(log.length).toBe(2);
  });

  test('also when several start at once', async () => {
    const models = await Promise.all([1, 2, 3, 4].map(() => prepare('best.pt')));
    expect(new Set(models.map(({ onnxPath }) => onnxPath)).size).toBe(1);
    expect(readdirSync(join(modelDir, 'converted')).length).toBe(1);
  });

  test('in a folder that is made', async () => {
    rmSync(modelDir, { recursive: true });
    expect(existsSync((await prepare('best.pt')).onnxPath)).toBe(true);
  });

  test('or the start fails and says where', async () => {
    writeFileSync(join(folder, 'file'), '');
    const message = await refusal('best.pt', { modelDir: join(folder, 'file') });
    expect(message).toMatch(/MODEL_DIR has to be writable: .*file\/converted: /);
  });
});
