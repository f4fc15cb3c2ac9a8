import { useEffect, useState } from 'react';

const RETRY_MS = 3_000;

/**
 * A part of the page that is fetched when it is wanted, and again for as long as that fails.
 *
 * @param load must stay the same between renders
 * @returns the part once it is there, and whether it had to be waited for longer than a fetch takes
 */
export function useLatePart<T>(
  load: () => Promise<T>,
  wanted: boolean,
): { part: T | undefined; late: boolean } {
  const [part, setPart] = useState<T>();
  const [failures, setFailures] = useState(0);
  const missing = wanted && part === undefined;
  useEffect(() => {
    if (!missing) return;
    const stop = new AbortController();
    const { signal } = stop;
    const attempt = () =>
      load().then(
        (loaded) => !signal.aborted && setPart(() => loaded),
        () => !signal.aborted && setFailures(failures + 1),
      );
    if (failures === 0) void attempt();
    else {
      const timer = setTimeout(attempt, RETRY_MS);
      signal.addEventListener('abort', () => clearTimeout(timer));
      addEventListener('online', attempt, { signal });
    }
    return () => stop.abort();
  }, [load, missing, failures]);
  return { part, late: missing && failures > 0 };
}
