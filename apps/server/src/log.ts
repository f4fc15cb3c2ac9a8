import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Settings } from './config.ts';

export type Log = Logger;

/** Anything that takes text; standard output fits. */
export interface LogDestination {
  write(line: string): unknown;
}

/** One JSON object a line, or lines for people. Written at once, so that the last words of a process are not lost. */
export function createLog(
  { logLevel, logFormat }: Pick<Settings, 'logLevel' | 'logFormat'>,
  destination: LogDestination = process.stdout,
): Log {
  const options = { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (logFormat === 'json') return pino(options, destination);
  const pretty = prettyFactory({
    colorize: destination === process.stdout && process.stdout.isTTY,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return pino(options, { write: (line: string) => destination.write(pretty(line)) });
}
