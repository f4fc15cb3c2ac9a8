import { statSync } from 'node:fs';
import { errorCode } from '@boxwire/video/error-code';

/**
 * How often files are looked at. Looking finds every kind of change (written in place, renamed over, the link behind
 * the link of a mounted secret), where notices from the system miss some.
 */
const INTERVAL_MS = 1000;

/**
 * Calls `onChange` after any of the files has changed since now, and again where it says that it could not be done yet.
 * @returns how to stop that
 */
export function watchFiles(paths: readonly string[], onChange: () => 'done' | 'not-yet'): () => void {
  let before = paths.map(versionOf).join();
  const timer = setInterval(() => {
    const now = paths.map(versionOf).join();
    if (now !== before && onChange() === 'done') before = now;
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Differs whenever the content may, or whether it can be read at all. */
function versionOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return String(errorCode(error));
  }
}
