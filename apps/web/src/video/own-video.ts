/**
 * A video belongs to one tab. Another one takes it over when that tab is gone.
 *
 * @param locks undefined where browsers have none: then each tab has all videos
 * @param action begun once the video is this tab's
 * @param isKept whether it stays so after the action, for as long as the tab is there
 * @returns resolves when the action is done
 */
export function ownVideo(
  locks: LockManager | undefined,
  id: string,
  action: () => void | Promise<void>,
  isKept: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    let begun = false;
    const held = async () => {
      begun = true;
      await action();
      resolve();
      if (isKept()) await new Promise(() => {});
    };
    /** Refused where the browser is told to keep nothing: then no other tab knows the video. */
    const refused = (error: unknown) => (begun ? Promise.reject(error) : held());
    void (locks ? locks.request(`boxwire-video-${id}`, held).catch(refused) : held());
  });
}
