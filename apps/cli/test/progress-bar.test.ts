import { expect, test } from 'vitest';
import { ProgressBar } from '../src/progress-bar.ts';

/** A stand-in for standard error that keeps what is written. */
function createStream(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { written, stream: { isTTY, columns, write } };
}

function stepOf(source: string, expected: number | undefined) {
  return { picture: { source, expected, frame: 1, timeMs: 0, data: new Uint8Array() } };
}

test('on a terminal the bar grows, makes room for lines, and goes away', () => {
  const { written, stream } = createStream(true);
  const bar = new ProgressBar(stream);
  bar.step(stepOf('clip.mp4', 2));
  expect(written.at(-1)).toContain('[############............] 1/2 clip.mp4');
  bar.around(() => written.push('a line'));
  expect(written.slice(-3)).toEqual([
    expect.stringContaining('\x1b[2K'),
    'a line',
    expect.stringContaining('1/2'),
  ]);
  bar.step(stepOf('clip.mp4', 2));
  expect(written.at(-1)).toContain('[########################] 2/2 clip.mp4');
  bar.step(stepOf('live.mkv', undefined));
  expect(written.at(-1)).toContain('[........................] 1 live.mkv');
  bar.end();
  expect(written.at(-1)).toBe('\r\x1b[2K');
});

test('in a pipe there is none', () => {
  const { written, stream } = createStream(false);
  const bar = new ProgressBar(stream);
  bar.step(stepOf('clip.mp4', 2));
  bar.around(() => written.push('a line'));
  bar.end();
  expect(written).toEqual(['a line']);
});

test('on a narrow terminal it is cut, since a line that wraps is not taken away', () => {
  const { written, stream } = createStream(true, 40);
  new ProgressBar(stream).step(stepOf(`${'long'.repeat(20)}.mp4`, 1));
  expect(written.at(-1)).toBe('\r\x1b[2K[########################] 1/1 longlongl');
});

test('a name changes no colour and begins no line', () => {
  const { written, stream } = createStream(true);
  new ProgressBar(stream).step(stepOf('a\x1b[31m\nb.mp4', 1));
  expect(written.at(-1)).toBe('\r\x1b[2K[########################] 1/1 a\\u001b[31m\\u000ab.mp4');
});
