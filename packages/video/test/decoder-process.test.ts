import { expect, test } from 'vitest';
import { DecoderProcess } from '../src/decoder-process.ts';

/** Runs a script for Node as if it decoded; the lines that it writes to its standard error. */
function start(script: string) {
  const lines: string[] = [];
  const child = new DecoderProcess(process.execPath, ['-e', script], {
    ...{ stallMs: 30_000, signal: undefined },
    onLine: (line) => lines.push(line) > 0,
  });
  return { child, lines };
}

test('lines are told whole, however they arrive, and the last one without an end', async () => {
  const { child, lines } = start(`
    const write = (bytes) => require('node:fs').writeSync(2, bytes);
    const wait = () => new Promise((resolve) => setTimeout(resolve, 50));
    const clip = Buffer.from('\\u{1f3ac} clip');
    write('one\\ntw');
    wait().then(() => write('o\\r\\n\\n')).then(wait).then(() => write(clip.subarray(0, 2)))
      .then(wait).then(() => write(clip.subarray(2)));
  `);
  await child.untilClosed();
  expect(lines).toEqual(['one', 'two', '', '\u{1f3ac} clip']);
});

test('a line without an end ends the process, and nobody else', async () => {
  const { child, lines } = start("for (;;) require('node:fs').writeSync(2, 'a'.repeat(65_536))");
  await expect(child.read(1)).rejects.toMatchObject({
    kind: 'decoder-died',
    message: expect.stringMatching(/line of more than \d+ characters/),
  });
  await child.closed;
  expect(child.fate).toBe('killed by SIGKILL');
  expect(lines).toEqual([]);
});
