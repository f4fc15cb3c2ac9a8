import { describe, expect, it } from 'vitest';
import { createPlayer } from '../../src/video/player.ts';

/** As much of a video element as a player needs, before it has shown another picture than the first. */
function fakeVideo() {
  const video = Object.assign(new EventTarget(), {
    seeking: false,
    currentTime: 0,
    paused: true,
    pause() {},
  });
  return video as unknown as HTMLVideoElement & { seeking: boolean };
}

/** Of a file that does not tell when its pictures begin. */
const untold = () => Promise.reject(new Error('no such times'));

describe('createPlayer', () => {
  it('counts from the picture that is sought, not from the one that is still shown', () => {
    const video = fakeVideo();
    const player = createPlayer(video, untold);
    expect(player.getTargetMs()).toBe(0);
    for (const expected of [5_000, 10_000, 15_000]) {
      player.seek(player.getTargetMs() + 5_000);
      video.seeking = true;
      expect(player.getTargetMs()).toBeCloseTo(expected);
    }
    expect(player.clock.getTimeMs()).toBe(0);
  });

  it('goes on from what was sought until that is on the screen', () => {
    const callbacks: VideoFrameRequestCallback[] = [];
    const video = Object.assign(fakeVideo(), {
      requestVideoFrameCallback: (callback: VideoFrameRequestCallback) => callbacks.push(callback),
      cancelVideoFrameCallback: () => {},
    });
    const present = (mediaTime: number) =>
      callbacks.shift()?.(0, { mediaTime } as VideoFrameCallbackMetadata);
    const player = createPlayer(video, untold);
    player.seek(5_000);
    video.seeking = true;
    // The picture before it comes late.
    present(1);
    expect(player.getTargetMs()).toBeCloseTo(5_000);
    video.seeking = false;
    expect(player.getTargetMs()).toBeCloseTo(5_000);
    present(4.96);
    expect(player.getTargetMs()).toBe(4_960);
  });

  it('waits for no picture where it is already', () => {
    const [video, durationS] = [fakeVideo(), 10];
    let atS = 0;
    Object.defineProperty(video, 'currentTime', {
      get: () => atS,
      set: (wantedS: number) => (atS = Math.min(wantedS, durationS)),
    });
    const player = createPlayer(video, untold);
    const unsubscribe = player.clock.subscribe(() => {});
    player.seek(20_000);
    video.dispatchEvent(new Event('seeked'));
    expect(player.getTargetMs()).toBe(10_000);
    player.seek(20_000);
    expect(player.getTargetMs()).toBe(10_000);
    unsubscribe();
  });

  it('takes each of several quick steps, by the times of the file', async () => {
    const [video, timesMs] = [fakeVideo(), [0, 40, 80, 1_080, 2_080]];
    const player = createPlayer(
      video,
      async (timeMs, by) => timesMs[timesMs.indexOf(Math.round(timeMs)) + by],
    );
    for (let press = 0; press < 7; press++) player.step(1, 40);
    await expect.poll(player.getTargetMs).toBeCloseTo(2_080);
    for (let press = 0; press < 2; press++) player.step(-1, 40);
    await expect.poll(player.getTargetMs).toBeCloseTo(80);
  });

  it('steps by what is usual where the file does not tell', async () => {
    const player = createPlayer(fakeVideo(), untold);
    player.step(1, 40);
    player.step(1, 40);
    await expect.poll(player.getTargetMs).toBeCloseTo(80);
  });
});
