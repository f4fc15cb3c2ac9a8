import { useEffect, useState } from 'react';
import { loadPersistently } from './load-part.ts';

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
  const [failed, setFailed] = useState(false);
  const missing = wanted && part === undefined;
  useEffect(() => {
    if (!missing) return;
    let gone = false;
    void loadPersistently(load, () => !gone && setFailed(true)).then(
      (loaded) => !gone && setPart(() => loaded),
    );
    return () => {
      gone = true;
    };
  }, [load, missing]);
  return { part, late: missing && failed };
}
