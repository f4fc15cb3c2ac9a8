import { readdirSync } from 'node:fs';
import { PredictionCollectionSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create } from '@bufbuild/protobuf';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../server/test/small-model.ts';
import { AnnotatedFiles } from '../src/annotated-files.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('each source has its own file, in the folder', async () => {
  const size = { width: 8, height: 8 };
  const data = await sharp({ create: { ...size, channels: 3, background: 'grey' } })
    .jpeg()
    .toBuffer();
  const result = create(PredictionCollectionSchema, size);
  await using files = await AnnotatedFiles.open(folder.path, () => {});
  for (const source of ['../x/p.jpg', 'x/p.jpg', '/x/p.jpg', 'X/P.jpg', 'x/p.jpg.2', 'x/q.jpg', 'x/p.jpg'])
    await files.write({ picture: { source, frame: 1, timeMs: 0, expected: 1, data }, result });
  const written = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
  // As a file system has them that does not tell x from X.
  const names = written.map((name) => name.toLowerCase().replaceAll('\\', '/'));
  expect(names.filter((name) => name.endsWith('.boxes.jpg')).sort()).toEqual([
    'x/p.jpg.2.2.boxes.jpg',
    'x/p.jpg.2.boxes.jpg',
    'x/p.jpg.3.boxes.jpg',
    'x/p.jpg.4.boxes.jpg',
    'x/p.jpg.boxes.jpg',
    'x/q.jpg.boxes.jpg',
  ]);
});
