import { Session } from 'node:inspector/promises';

/** Which parts of our own code have run, as V8 counts them. */
export interface Coverage {
  /** How many parts have run that had not run at any look before. */
  look(): Promise<number>;
  stop(): Promise<void>;
}

/** @param isOurs whether a script, by its address, counts */
export async function startCoverage(isOurs: (url: string) => boolean): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  return {
    async look() {
      // Counts begin anew at each look.
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const before = seen.size;
      for (const { url, functions } of result) {
        if (!isOurs(url)) continue;
        for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
          // How often, in powers of two: a loop that runs longer than ever is news, too.
          if (count > 0) seen.add(`${url} ${startOffset} ${endOffset} ${Math.floor(Math.log2(count))}`);
        }
      }
      return seen.size - before;
    },
    async stop() {
      await session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}
