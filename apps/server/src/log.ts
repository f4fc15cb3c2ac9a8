import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Settings } from './config.ts';

export type Log = Logger;

/** Anything that takes text. */
export interface LogDestination {
  write(line: string): unknown;
}

/** What is kept while nothing can be written. */
const MAX_HELD_BYTES = 2 ** 19;
const RETRY_INTERVAL_MS = 100;

/**
 * One JSON object a line, or lines for people. Written at once, so that the last words of a process are not lost.
 * @param destination default: standard output, which may fail: no full disk and no reader that is gone ends the server
 */
export function createLog(
  settings: Pick<Settings, 'logLevel' | 'logFormat'>,
  destination?: LogDestination,
): Log {
  if (destination) return logTo(destination, settings, false);
  const output = openStandardOutput();
  const log = logTo(output, settings, process.stdout.isTTY);
  let dropped = 0;
  output.on('drop', () => dropped++);
  output.on('drain', () => {
    if (dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    log.warn({ lines }, 'lines of the log were dropped, since they could not be written');
  });
  return log;
}

function logTo(
  destination: LogDestination,
  { logLevel, logFormat }: Pick<Settings, 'logLevel' | 'logFormat'>,
  colorize: boolean,
): Log {
  const options = { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (logFormat === 'json') return pino(options, destination);
  const pretty = prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
  return pino(options, { write: (line: string) => destination.write(pretty(line)) });
}

/** Holds back what cannot be written, and drops what is too much of that. Node's own stream ends with its first error. */
function openStandardOutput() {
  const output = pino.destination({
    // Asked for, a pipe no longer blocks: a reader that stands still must not hold up the server.
    dest: process.stdout.fd,
    sync: true,
    maxLength: MAX_HELD_BYTES,
    // Nor may waiting for it.
    retryEAGAIN: () => false,
  });
  let waits = false;
  output.on('error', () => {
    if (waits) return;
    waits = true;
    setTimeout(() => {
      waits = false;
      output.write('');
    }, RETRY_INTERVAL_MS).unref();
  });
  return output;
}
