// Which model answers when the official one cannot be had.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSettings } from '../src/config.ts';
import { loadModel } from '../src/load-model.ts';
import { createLog } from '../src/log.ts';
import { SettingError } from '../src/setting.ts';
import { p6Network } from './models/support/test-networks.ts';
import { writeCheckpoint } from './models/support/write-zip.ts';
import { temporaryFolder } from './small-model.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** No file anywhere, and a proxy that nobody answers at: an island. */
function load(settings: Record<string, string>) {
  const lines: string[] = [];
  const env = { MODEL_DIR: folder.path, HTTPS_PROXY: 'http://127.0.0.1:1', LOG_FORMAT: 'json', ...settings };
  const read = readSettings(env);
  const log = createLog(read, { write: (line) => lines.push(line) });
  return { lines, loaded: loadModel(read, log, folder.path) };
}

test('in development the demonstration model stands in, and says what it is and what to do', async () => {
  const { loaded, lines } = load({ NODE_ENV: 'development' });
  const { model, notice } = await loaded;
  expect(model.name).toBe('demo');
  expect(notice).toMatch(
    /^This is the demonstration model\. It knows drawings of .*person.*, not photographs\./,
  );
  expect(notice).toMatch(/official one could not be had: .*put https:.*yolov5n\.pt .* into /);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 40, msg: notice }),
  );
});

test('it can be asked for, anywhere', async () => {
  const { model, notice } = await load({ NODE_ENV: 'production', MODEL: 'demo' }).loaded;
  expect(model.name).toBe('demo');
  expect(notice).toMatch(/^This is the demonstration model\./);
});

test('a MAX_IMAGE_SIZE that is less than the model’s stride is refused', async () => {
  const path = join(folder.path, 'wide.pt');
  writeFileSync(path, writeCheckpoint({ model: p6Network().pickled }));
  const { loaded } = load({ MODEL: path, MAX_IMAGE_SIZE: '32' });
  await expect(loaded).rejects.toThrow(
    new SettingError('MAX_IMAGE_SIZE is 32, the model wide needs at least 64'),
  );
  expect((await load({ MODEL: path, MAX_IMAGE_SIZE: '64' }).loaded).model.stride).toBe(64);
});

test('what has an official name and is not the official file is a warning', async () => {
  const path = join(folder.path, 'yolov5s.pt');
  writeFileSync(path, writeCheckpoint({ model: p6Network().pickled }));
  const { loaded, lines } = load({ MODEL: 's' });
  await loaded;
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 40, msg: expect.stringMatching(/yolov5s\.pt is not the file of/) }),
  );
});

test.each([
  ['production never falls back', { NODE_ENV: 'production' }],
  ['a model that was named is never replaced', { NODE_ENV: 'development', MODEL: 'yolov5n' }],
  ['nor is one that does not exist', { NODE_ENV: 'development', MODEL: 'best.pt' }],
])('%s', async (_, settings) => {
  await expect(load(settings).loaded).rejects.toThrow(/^MODEL is /);
});
