// What happens to decoders while an upload is searched: they die, starve, or are no longer wanted.
import { openVideo } from '@boxwire/video';
import { expect, test } from 'vitest';
import { isAlive } from '../../../../packages/video/test/is-alive.ts';
import { DetectorError } from '../../src/detector/detector-error.ts';
import { until } from '../rpc/harness.ts';
import { CHOSEN, clip, describeAnalyzers, FRAMES, numbered, outline } from './harness.ts';

describeAnalyzers('an uploaded video', (start) => {
  test.each([
    ['in the middle', 4],
    ['at the first frame', 1],
    ['after the last frame', CHOSEN],
  ])(
    'survives its decoder being killed %s',
    async (_when, at) => {
      const { begin, analyze, videos } = start();
      const { id } = await begin(await clip);
      const whole = await numbered(analyze({ uploadIds: [id] }));
      const opened = videos.length;
      const seen = [];
      for await (const event of analyze({ uploadIds: [id] })) {
        if (event.sequence === 0) continue;
        seen.push(outline(event));
        if (seen.length === at) process.kill(videos.at(-1)?.pid ?? 0, 'SIGKILL');
      }
      expect(seen).toEqual(whole);
      expect(videos.length - opened).toBeLessThanOrEqual(2);
    },
    90_000,
  );

  test('whose decoder dies again and again has an end', async () => {
    const { begin, analyze, videos } = start();
    const { id } = await begin(await clip);
    const killer = setInterval(() => {
      const { pid = 0 } = videos.at(-1) ?? {};
      if (pid && isAlive(pid)) process.kill(pid, 'SIGKILL');
    }, 1);
    const told = await numbered(analyze({ uploadIds: [id], choice: { everyNth: 1 } }));
    clearInterval(killer);
    expect(told.at(-1)).toMatchObject({
      error: expect.stringMatching(/^clip\.avi: its decoder died 4 times/),
    });
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
  });

  test('a worker that dies is made up for; when they all keep dying, the call can go on later', async () => {
    const { begin, analyze, detector } = start();
    const { id } = await begin(await clip);
    const whole = await numbered(analyze({ uploadIds: [id] }));
    let deaths = 0;
    detector.intercept = () => {
      if (deaths++ % 2 === 0) throw new DetectorError('unavailable', 'the worker died');
    };
    expect(await numbered(analyze({ uploadIds: [id] }))).toEqual(whole);
    let healthy = 4;
    detector.intercept = () => {
      if (healthy-- <= 0) throw new DetectorError('unavailable', 'the worker died');
    };
    const seen: ReturnType<typeof outline>[] = [];
    const read = async () => {
      for await (const event of analyze({ uploadIds: [id] }))
        if (event.sequence > 0) seen.push(outline(event));
    };
    await expect(read()).rejects.toMatchObject({ kind: 'unavailable' });
    detector.intercept = undefined;
    const rest = await numbered(analyze({ uploadIds: [id], afterSequence: seen.at(-1)?.sequence ?? 0 }));
    expect([...seen, ...rest]).toEqual(whole);
  });

  test('one whose last bytes come while its decoder is ended for want of them goes on', async () => {
    const bytes = await clip;
    const upload = Promise.withResolvers<Awaited<ReturnType<ReturnType<typeof start>['begin']>>>();
    const { begin, analyze } = start(
      {},
      {
        patienceMs: 50,
        openVideo: (path, { growth, ...options } = {}) =>
          openVideo(path, {
            ...options,
            ...(growth && {
              growth: {
                sizeBytes: growth.sizeBytes,
                get committedBytes() {
                  return growth.committedBytes;
                },
                grown: () =>
                  growth.grown().catch(async (error: unknown) => {
                    await (await upload.promise).send(bytes.length);
                    throw error;
                  }),
              },
            }),
          }),
      },
    );
    upload.resolve(await begin(bytes, 'clip.avi', bytes.length / 2));
    const events = await numbered(analyze({ uploadIds: [(await upload.promise).id] }));
    expect(events.at(-1)).toMatchObject({ frames: FRAMES, error: undefined });
  });

  test('one that does not grow makes room, and goes on when it does', async () => {
    const { begin, analyze, counter } = start({ maxAnalyses: 1 }, { patienceMs: 200 });
    const bytes = await clip;
    const { id: wholeId } = await begin(bytes);
    const whole = await numbered(analyze({ uploadIds: [wholeId] }));
    const { id, send } = await begin(bytes, 'clip.avi', bytes.length / 2);
    const slow = numbered(analyze({ uploadIds: [id] }));
    await until(() => counter.openings === 2);
    // There is one place, and this takes it.
    expect(await numbered(analyze({ uploadIds: [wholeId] }))).toEqual(whole);
    await send(bytes.length);
    expect(await slow).toEqual(whole);
  });

  test('one that is deleted ends with that, also while its bytes are waited for', async () => {
    const { begin, analyze, store, videos } = start();
    const bytes = await clip;
    for (const sent of [bytes.length, bytes.length / 2]) {
      const { id } = await begin(bytes, 'clip.avi', sent);
      const read = async () => {
        for await (const { kind } of analyze({ uploadIds: [id] }))
          if (kind === 'frame') await store.delete(id);
      };
      await expect(read()).rejects.toMatchObject({
        kind: 'not-found',
        message: 'the upload of clip.avi was deleted',
      });
    }
    await until(() => videos.every(({ pid }) => !isAlive(pid)));
  });
});
