// What the README shows of the shell, typed: against the real server with the official weights.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../server/bench/server-process.ts';
import { describeWithShared } from '../../server/test/shared-files.ts';
import { temporaryFolder } from '../../server/test/small-model.ts';
import { runCli } from './cli-process.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The blocks that show a command and what it printed. */
const shown = Array.from(readme.matchAll(/```console\n\$ pnpm detect ([^|\n]*)(\|.*)?\n([\s\S]*?)```/g));

describeWithShared('what the README shows of pnpm detect', ['models/yolov5n.pt'], () => {
  const folder = temporaryFolder();
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer({ MODEL: 'yolov5n', MODEL_DIR: folder.path });
  });
  afterAll(async () => {
    await server?.stop();
    folder.remove();
  });

  test.each(shown.map(([, args = '', , output = '']) => [args.trim(), output] as const))(
    'pnpm detect %s',
    async (args, output) => {
      const env = { GRPC_PORT: `${server.port}` };
      const { code, out } = await runCli(args.split(' '), { cwd: root, env });
      expect(code).toBe(0);
      const lines = output.trim().split('\n');
      if (!args.includes('--json')) {
        // How sending and answering interleave is the machine's.
        expect(out.toSorted()).toEqual(lines.toSorted());
        return;
      }
      const [expected, actual] = [JSON.parse(lines[0] ?? ''), JSON.parse(out[0] ?? '')];
      const { predictions, ...head } = expected;
      expect(actual).toMatchObject(head);
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      expect(actual.predictions).toHaveLength(predictions.length);
      for (const [index, box] of predictions.entries()) {
        expect(actual.predictions[index].name).toBe(box.name);
        expect(actual.predictions[index].confidence).toBeCloseTo(box.confidence, 3);
      }
    },
  );

  test('there is something to type', () => expect(shown.length).toBeGreaterThanOrEqual(2));
});
