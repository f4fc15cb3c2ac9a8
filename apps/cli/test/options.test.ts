import { expect, test } from 'vitest';
import about from '../package.json' with { type: 'json' };
import { readOptions, UsageError } from '../src/options.ts';
import { runCli } from './cli-process.ts';

test('what is left out has its default, or is left to the server', () => {
  expect(readOptions(['a.jpg', '-'], {})).toEqual({
    inputs: ['a.jpg', '-'],
    server: 'http://localhost:50051',
    token: undefined,
    certificate: undefined,
    every: 24,
    detection: {},
    waitMs: 60_000,
    json: false,
    out: undefined,
  });
});

test('everything can be said', () => {
  const args =
    '--server https://example.org/ --cert c.pem --key k.pem --every 1 --conf 0.5 --iou .6 --max-det 5 --classes person,traffic\u00a0light --image-size 320 --wait 5 --json --out o x';
  expect(readOptions(args.split(' '), { BOXWIRE_TOKEN: ' secret\r\n' })).toEqual({
    token: 'secret',
    certificate: { cert: 'c.pem', key: 'k.pem' },
    inputs: ['x'],
    server: 'https://example.org',
    every: 1,
    detection: {
      ...{ confidence: 0.5, iou: 0.6, maxDetections: 5 },
      ...{ classes: ['person', 'traffic\u00a0light'], imageSize: 320 },
    },
    waitMs: 5000,
    json: true,
    out: 'o',
  });
});

test.each([
  [['x'], { GRPC_PORT: ' 1234 ', HOST: '', TLS_CERT: ' ' }, 'http://localhost:1234'],
  [['x'], { HOST: '0.0.0.0' }, 'http://localhost:50051'],
  [['x'], { HOST: '::', TLS_CERT: 'cert.pem' }, 'https://localhost:50051'],
  [['x'], { HOST: '::1', GRPC_PORT: '1234' }, 'http://[::1]:1234'],
  [['x'], { HOST: '192.0.2.7', TLS_CERT: 'cert.pem' }, 'https://192.0.2.7:50051'],
  [['x'], { HOST: 'detect.example.org' }, 'http://detect.example.org:50051'],
  [['x', '--server', 'https://host/below/'], {}, 'https://host/below'],
  [['x', '--server', 'host:99'], { GRPC_PORT: '1234', HOST: '::1', TLS_CERT: 'cert.pem' }, 'http://host:99'],
])('the server of %j with %j', (args, env, server) => {
  expect(readOptions(args, env)).toMatchObject({ server });
});

test.each<[string[], NodeJS.ProcessEnv, RegExp]>([
  [[], {}, /name at least one/],
  [['x', '--every', '0'], {}, /--every is "0", allowed is a whole number from 1/],
  [['x', '--every', '-1'], {}, /^Option '--every.*' argument is ambiguous$/],
  [['x', '--every', '2.5'], {}, /--every is "2.5"/],
  [['x', '--conf', '1.1'], {}, /--conf is "1.1", allowed is a number from 0 to 1/],
  [['x', '--conf', ''], {}, /--conf/],
  [['x', '--iou', 'much'], {}, /--iou is "much"/],
  [['x', '--max-det', '0'], {}, /--max-det is "0", allowed is a whole number from 1/],
  [['x', '--classes', 'a,,b'], {}, /--classes is "a,,b", allowed is names/],
  [['x', '--image-size', '-5'], {}, /image-size/],
  [['x', '--wait', 'long'], {}, /--wait is "long", allowed is a number of seconds from 0/],
  [['x', '--server', 'ftp://host'], {}, /--server is "ftp:\/\/host", allowed is an address/],
  [['x', '--server', 'host?x=1'], {}, /--server is "host\?x=1", allowed is an address/],
  [['x', '--server', 'https://host/#x'], {}, /--server is "https:\/\/host\/#x"/],
  [['x', '--server', 'https://host', '--cert', 'c.pem'], {}, /^--cert and --key belong together/],
  [['x', '--server', 'https://host', '--key', 'k.pem'], {}, /^--cert and --key belong together/],
  [['x', '--cert', 'c', '--key', 'k'], {}, /^--cert is for servers with TLS.*http:\/\/localhost:50051$/],
  [['x', ''], {}, /^a file’s name is empty$/],
  [['x', '--out', ''], {}, /^--out is "", allowed is a folder$/],
  [['x', '--colour'], {}, /Unknown option '--colour'/],
  [['x', '--json=1'], {}, /--json/],
  [['x'], { GRPC_PORT: 'abc' }, /GRPC_PORT is "abc", allowed is a port from 1 to 65535/],
  [['x'], { GRPC_PORT: '0' }, /GRPC_PORT is "0", allowed is a port from 1 to 65535/],
  [['x'], { GRPC_PORT: '65536' }, /GRPC_PORT is "65536"/],
  [['x'], { BOXWIRE_TOKEN: 'x\ny' }, /^BOXWIRE_TOKEN has characters that no token has$/],
  [['x'], { BOXWIRE_TOKEN: 'x€' }, /^BOXWIRE_TOKEN has characters that no token has$/],
  [['x'], { HOST: 'fe80::1%eth0' }, /HOST is "fe80::1%eth0", which is no address to call; set --server/],
])('%j with %j is refused', (args, env, message) => {
  expect(() => readOptions(args, env)).toThrow(UsageError);
  expect(() => readOptions(args, env)).toThrow(message);
});

test('wrong usage ends with 2 and one line, help and version with 0', async () => {
  const wrong = await runCli(['--every', '0', 'x']);
  expect(wrong).toEqual({ code: 2, out: [], err: [expect.stringMatching(/--every is "0".*--help/)] });
  const version = await runCli(['--version']);
  expect(version).toEqual({ code: 0, out: [`boxwire ${about.version}`], err: [] });
  const help = await runCli(['--help']);
  expect(help).toMatchObject({ code: 0, err: [] });
  for (const option of [
    'server',
    'cert',
    'key',
    'every',
    'conf',
    'iou',
    'classes',
    'image-size',
    'wait',
    'json',
    'out',
    'version',
    'help',
  ]) {
    expect(help.out.join('\n')).toContain(`--${option}`);
  }
});
