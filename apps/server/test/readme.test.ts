// What the README tells people to type, typed: against the real server with the official weights.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../bench/server-process.ts';
import { describeWithShared, sharedPath } from './shared-files.ts';
import { temporaryFolder } from './small-model.ts';

const PYTHON = '/usr/bin/python3';
const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The shell blocks of the README that have this text in them. */
function blocksWith(text: string): string[] {
  const blocks = Array.from(readme.matchAll(/```sh\n([\s\S]*?)```/g), ([, block = '']) => block);
  return blocks.filter((block) => block.includes(text));
}

// Debian's grpc_tools is too old for `optional`; its protoc with the plugin is not.
const PLUGIN = '/usr/bin/grpc_python_plugin';
const hasPython =
  existsSync(PLUGIN) &&
  spawnSync('protoc', ['--version']).status === 0 &&
  spawnSync(PYTHON, ['-c', 'import grpc']).status === 0;
if (!hasPython) {
  console.warn(
    '\nNOT TESTED: the Python example, because python3-grpcio or protobuf-compiler-grpc is absent\n',
  );
}

interface Typed {
  readonly model: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly writePhoto: (path: string) => Promise<void> | void;
  /** Of the surest box. */
  readonly name: unknown;
  readonly confidence: unknown;
  /** What the examples print of it. */
  readonly line: RegExp;
}

function typeWhatTheReadmeShows({ model, size, writePhoto, name, confidence, line }: Typed) {
  const folder = temporaryFolder();
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    await writePhoto(join(folder.path, 'photo.jpg'));
    server = await startServer({ MODEL: model, MODEL_DIR: folder.path });
  });
  afterAll(async () => {
    await server?.stop();
    folder.remove();
  });

  /** Types a block into a shell where photo.jpg is, with this server's ports; its output. */
  function type(block: string): string {
    const script = block.replaceAll('50051', `${server.port}`).replaceAll('8080', `${server.httpPort}`);
    const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH: path, SERVER: `localhost:${server.port}` };
    return execFileSync('bash', ['-ceo', 'pipefail', script], { cwd: folder.path, env, encoding: 'utf8' });
  }

  test.each(['buf curl', 'curl -H'])('%s', (command) => {
    const [block] = blocksWith(command);
    const answer = JSON.parse(type(block ?? 'false'));
    expect(answer).toMatchObject({ ...size, model });
    expect(answer.object[0]).toMatchObject({ name, confidence });
    expect(answer.timings.inferenceMs).toBeGreaterThan(0);
  });

  test('the TypeScript example', () => {
    const example = join(root, 'apps/server/examples/detect.ts');
    expect(type(`SERVER=http://$SERVER "${process.execPath}" ${example} photo.jpg`)).toMatch(line);
  });

  /** What a program says that is to end with one line and 1. */
  function saysInOneLine(program: string, args: string[], env: Record<string, string>): string {
    const { status, stderr } = spawnSync(program, args, {
      ...{ cwd: folder.path, env: { ...process.env, ...env }, encoding: 'utf8' },
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^[^\n]+\n$/) });
    return stderr;
  }

  test.each(['detect.ts', 'analyze.ts'])('%s says in one line what went wrong', (name) => {
    const example = join(root, 'apps/server/examples', name);
    const say = (file: string, SERVER: string) =>
      saysInOneLine(process.execPath, [example, file], { SERVER });
    expect(say('photo.jpg', 'http://localhost:1')).toMatch(/http:\/\/localhost:1: connect ECONNREFUSED/);
    expect(say('none.jpg', `http://localhost:${server.port}`)).toMatch(/ENOENT: no such file.*none\.jpg/);
    expect(say('.', `http://localhost:${server.port}`)).toMatch(/EISDIR/);
  });

  test('the example of an upload', () => {
    const example = join(root, 'apps/server/examples/analyze.ts');
    const clip = join(root, 'apps/web/public/examples/traffic.mp4');
    const output = type(`SERVER=http://$SERVER "${process.execPath}" ${example} ${clip}`);
    expect(output).toMatch(/^(frame \d+ at \d+ ms: .+\n){2,}(\d+) of \d+ frames searched\n$/);
    const frames = output.trim().split('\n').slice(0, -1);
    expect(output).toContain(`\n${frames.length} of `);
    expect(frames[0]).toMatch(/^frame 24 /);
  });

  test.skipIf(!hasPython)('the Python example', () => {
    const output = `--python_out=. --grpc_python_out=. --plugin=protoc-gen-grpc_python=${PLUGIN}`;
    type(`protoc -I ${root}proto/api ${output} mlpredictions/mlpredictions.proto boxwire/v1/detection.proto`);
    copyFileSync(join(root, 'apps/server/examples/detect.py'), join(folder.path, 'detect.py'));
    mkdirSync(join(folder.path, 'proto'));
    copyFileSync(join(root, 'proto/service-config.json'), join(folder.path, 'proto/service-config.json'));
    expect(type(`${PYTHON} detect.py photo.jpg`)).toMatch(line);
    const two = `ipv4:127.0.0.1:${server.port},127.0.0.1:${server.port}`;
    expect(type(`SERVER=${two} ${PYTHON} detect.py photo.jpg`)).toMatch(line);
    const say = (file: string) => saysInOneLine(PYTHON, ['detect.py', file], { SERVER: 'localhost:1' });
    expect(say('photo.jpg')).toMatch(/^localhost:1: .*refused/);
    expect(say('none.jpg')).toBe('none.jpg: No such file or directory\n');
  });
}

test('what the documents link to is there', () => {
  const documents = globSync('**/*.md', { cwd: root, exclude: ['**/node_modules/**', '**/.*/**'] });
  expect(documents).toContain('docs/architecture.md');
  const missing = documents.flatMap((document) => {
    const links = readFileSync(join(root, document), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g);
    const paths = Array.from(links, ([, path = '']) => join(root, dirname(document), path));
    return paths.filter((path) => !existsSync(path));
  });
  expect(missing).toEqual([]);
});

test('a client that is generated elsewhere is TypeScript that Node runs as it is', () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const [generate = 'false'] = /buf generate .*/s.exec(blocksWith('buf generate')[0] ?? '') ?? [];
  const path = ['node_modules/.bin', 'proto/node_modules/.bin'].map((bin) => join(root, bin));
  const env = { ...process.env, PATH: [...path, process.env.PATH].join(delimiter) };
  execFileSync('sh', ['-c', generate.replace('path/to/boxwire/', root)], { cwd: folder.path, env });
  const generated = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
  const files = generated.filter((file) => file.endsWith('.ts'));
  expect(files).toContain('gen/mlpredictions/mlpredictions_pb.ts');
  for (const file of files) stripTypeScriptTypes(readFileSync(join(folder.path, file), 'utf8'));
});

const officialNeeds = ['models/yolov5n.pt', 'media/images/bus.jpg'];
describeWithShared('what the README says, with the official weights', officialNeeds, () =>
  typeWhatTheReadmeShows({
    model: 'yolov5n',
    size: { width: 810, height: 1080 },
    writePhoto: (path) => copyFileSync(sharedPath('media/images/bus.jpg'), path),
    name: 'person',
    confidence: expect.closeTo(0.876, 2),
    line: /^photo\.jpg person 0\.88 55 398 211 889$/m,
  }),
);

describe('what the README says, with the demonstration model and a drawn picture', () =>
  typeWhatTheReadmeShows({
    model: 'demo',
    size: { width: 960, height: 540 },
    writePhoto: (path) => copyFileSync(join(root, 'apps/web/public/examples/evening.jpg'), path),
    name: expect.any(String),
    confidence: expect.any(Number),
    line: /^photo\.jpg stop sign 0\.\d\d( \d+){4}$/m,
  }));
