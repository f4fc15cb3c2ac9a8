import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isVideo } from '@boxwire/video/media-kind';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../server/test/small-model.ts';
import { findInputs } from '../src/find-inputs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
mkdirSync(join(folder.path, 'a/inner'), { recursive: true });
mkdirSync(join(folder.path, 'empty'));
for (const file of [
  'a/10.jpg',
  'a/2.PNG',
  'a/notes.txt',
  'a/inner/clip.mp4',
  'clip.mp4',
  'odd name[1].jpg',
]) {
  writeFileSync(join(folder.path, file), '');
}

test.each([
  [['a'], ['2.PNG', '10.jpg', 'inner/clip.mp4']],
  [['a/*.jpg'], ['10.jpg']],
  [['**/*.mp4'], ['a/inner/clip.mp4', 'clip.mp4']],
  [
    ['clip.mp4', 'a/inner'],
    ['clip.mp4', 'a/inner/clip.mp4'],
  ],
  [['odd name[1].jpg'], ['odd name[1].jpg']],
  [['a/notes.txt'], ['notes.txt']],
  [['*.mp4', 'clip.mp4', './clip.mp4', 'a/../clip.mp4'], ['clip.mp4']],
  [
    ['a/inner/clip.mp4', 'a'],
    ['clip.mp4', '2.PNG', '10.jpg'],
  ],
])('%j is %j', async (typed, sources) => {
  const inputs = await findInputs(typed, folder.path);
  expect(inputs.map(({ source }) => source)).toEqual(sources);
  for (const input of inputs) expect(input).not.toHaveProperty('problem');
});

test('a name that is another’s path is not given twice', async () => {
  const files = ['A/a.jpg', 'B/a.jpg', 'B/A/a.jpg', 'stdin'].map((file) => `named/${file}`);
  mkdirSync(join(folder.path, 'named/B/A'), { recursive: true });
  mkdirSync(join(folder.path, 'named/A'));
  for (const file of files) writeFileSync(join(folder.path, file), '');
  const top = join(folder.path, 'named');
  expect(await findInputs(['-', 'A', 'B', 'stdin', '-'], top)).toEqual([
    { source: 'stdin', path: '-', isPipe: true },
    { source: 'A/a.jpg', path: join(top, 'A/a.jpg') },
    { source: 'B/a.jpg', path: join(top, 'B/a.jpg') },
    { source: 'B/A/a.jpg', path: join(top, 'B/A/a.jpg') },
    { source: join(top, 'stdin'), path: join(top, 'stdin') },
  ]);
});

test('links are followed, to each folder once, and one that leads nowhere is a problem', async () => {
  const top = join(folder.path, 'links');
  mkdirSync(join(top, 'inner/deep'), { recursive: true });
  mkdirSync(join(folder.path, 'elsewhere/more'), { recursive: true });
  for (const file of ['links/inner/deep/1.jpg', 'elsewhere/2.jpg', 'elsewhere/more/3.jpg'])
    writeFileSync(join(folder.path, file), '');
  const links = {
    'again.jpg': 'inner/deep/1.jpg',
    'gone.jpg': 'nowhere',
    'gone.txt': 'nowhere',
    'round.jpg': 'round.jpg',
    away: '../elsewhere',
    'away 2': '../elsewhere/more',
    'inner/deep/up': '../..',
    'a link to what is below': 'inner',
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(top, name));
  symlinkSync('../links', join(folder.path, 'elsewhere/back'));
  const found = await findInputs(['links', 'links/again.jpg'], folder.path);
  expect(found).toEqual([
    { source: 'again.jpg', path: join(top, 'again.jpg') },
    { source: 'away/2.jpg', path: join(top, 'away/2.jpg') },
    { source: 'away/more/3.jpg', path: join(top, 'away/more/3.jpg') },
    { source: 'links/gone.jpg', problem: 'it is a link that leads nowhere' },
    { source: 'inner/deep/1.jpg', path: join(top, 'inner/deep/1.jpg') },
    { source: 'links/round.jpg', problem: expect.stringMatching(/^it cannot be read: ELOOP/) },
  ]);
});

test.each([
  ['no.jpg', /^there is no such file$/],
  [`{${'a,'.repeat(200)}b}.jpg`, /^there is no such file$/],
  ['gr\ufffdn.jpg', /^there is no such file, or its name is not UTF-8$/],
  ['*.webm', /no such file/],
  ['https://example.org/a.jpg?size=[1]', /^it is an address, not a file: curl /],
  ['emp*', /^it matches no pictures or videos$/],
  ['empty', /no pictures or videos/],
])('%s is a problem', async (typed, problem) => {
  expect(await findInputs([typed], folder.path)).toEqual([
    { source: typed, problem: expect.stringMatching(problem) },
  ]);
});

test('what is neither a file nor a folder nor a pipe is a problem', async () => {
  const socket = createServer().listen(join(folder.path, 'socket'));
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  const problem = 'it is neither a file nor a folder nor a pipe';
  expect(await findInputs(['socket'], folder.path)).toEqual([{ source: 'socket', problem }]);
});

test('a file in a folder that may not be entered is not called missing', async () => {
  mkdirSync(join(folder.path, 'shut'));
  writeFileSync(join(folder.path, 'shut/a.jpg'), '');
  chmodSync(folder.path, 0o755);
  chmodSync(join(folder.path, 'shut'), 0);
  expect(await asNobody(() => findInputs(['shut/a.jpg'], folder.path))).toEqual([
    { source: 'shut/a.jpg', problem: 'it may not be read' },
  ]);
});

test('a folder that may not be read is a problem, and those beside it are read', async () => {
  const top = join(folder.path, 'mixed');
  mkdirSync(join(top, 'closed'), { recursive: true });
  writeFileSync(join(top, 'z.jpg'), '');
  chmodSync(folder.path, 0o755);
  chmodSync(join(top, 'closed'), 0);
  const found = await asNobody(() => findInputs(['mixed', 'mixed/closed', 'clip.mp4'], folder.path));
  const problem = 'it may not be read';
  expect(found).toEqual([
    { source: 'mixed/closed', problem },
    { source: 'z.jpg', path: join(top, 'z.jpg') },
    { source: 'mixed/closed', problem },
    { source: 'clip.mp4', path: join(folder.path, 'clip.mp4') },
  ]);
});

/** The superuser may read everything, so this is done as somebody else. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (user === 0) process.seteuid?.(user);
  }
}

test.each([
  ['an MP4', '\0\0\0\x20ftypisom', true],
  ['an old MOV', '\0\0\0\x08wide\0\0\0\0', true],
  ['a WebM', '\x1a\x45\xdf\xa3\0\0\0\0\0\0\0\0', true],
  ['an AVI', 'RIFF\0\0\0\0AVI ', true],
  ['a WebP', 'RIFF\0\0\0\0WEBP', false],
  ['an AVIF', '\0\0\0\x20ftypavif', false],
  ['a JPEG', '\xff\xd8\xff\xe0\0\x10JFIF\0\x01', false],
  ['nothing', '', false],
])('%s', (_name, head, expected) => {
  expect(isVideo(Buffer.from(head, 'latin1'))).toBe(expected);
});
