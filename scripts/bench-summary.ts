/** What the rows of the benchmark's report say, for readers of a summary; a row that was not measured is left out. */
const ROWS: readonly (readonly [string, string])[] = [
  ['the network alone', 'network alone, float32, 640x384'],
  ['the same with `PRECISION=int8`', 'network alone, int8, 640x384'],
  ['JPEGs over one stream', 'gRPC bidi, JPEG 1280x720'],
  ['JPEGs in single calls', 'gRPC unary, 6 calls at once, JPEG 1280x720'],
  ['raw frames over one stream', 'gRPC bidi, raw 960x540'],
  ['the same, to a server that only runs the network', 'bare server, gRPC bidi, raw 960x540'],
  ['raw frames over 64 streams', 'gRPC bidi, 64 streams, raw 960x540'],
  ['an uploaded video', 'uploaded video, every frame'],
  ['the reference pipeline', 'reference pipeline in Python, gRPC bidi, raw 960x540'],
];

/** A few rows of the benchmark's table, which is the only source of their numbers. */
export function benchSummary(report: string): string {
  const cells = new Map(
    report.split('\n').map((line) => {
      const [, name = '', rate = '', , ratio = ''] = line.split('|').map((cell) => cell.trim());
      return [name, [rate, ratio]];
    }),
  );
  const rows = ROWS.filter(([, name]) => cells.has(name));
  return [
    '| | median | rate/ceiling | row of the table |',
    '| --- | --- | --- | --- |',
    ...rows.map(([what, name]) => `| ${[what, ...(cells.get(name) ?? []), name].join(' | ')} |`),
  ].join('\n');
}
