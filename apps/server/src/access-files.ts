import { isOutOfHandles } from '@boxwire/video/out-of-handles';
import { openTokenBook, type TokenBook } from './access/token-book.ts';
import { watchFiles } from './access/watch-files.ts';
import type { Settings } from './config.ts';
import type { Log } from './log.ts';
import { readTls, type Tls } from './tls.ts';

/** What access depends on and may change while the server runs: the tokens and the certificates. */
export interface AccessFiles {
  readonly tls: Tls | undefined;
  readonly tokens: TokenBook | undefined;
  /** Looks at the files no more. */
  close(): void;
}

/**
 * Reads the files, and again whenever they change. What is not right then leaves what was before in force.
 * @param onTls called with certificates that have changed
 * @throws {SettingError} when a file cannot be used
 */
export function openAccessFiles(settings: Settings, log: Log, onTls: (tls: Tls) => void): AccessFiles {
  const { tlsCert, tlsKey, tlsClientCa, tokensFile } = settings;
  const stops: (() => void)[] = [];

  function watch(paths: readonly (string | undefined)[], what: string, reload: () => void): void {
    const onChange = () => {
      try {
        reload();
        log.info(`${what} changed and was read again`);
      } catch (err) {
        if (isOutOfHandles((err as Error).cause)) {
          log.warn({ err }, `${what} changed and cannot be read just now; it is tried again`);
          return 'not-yet';
        }
        log.error({ err }, `${what} changed and cannot be used; what was read before stays in force`);
      }
      return 'done';
    };
    const present = paths.filter((path) => path !== undefined);
    if (present.length > 0) stops.push(watchFiles(present, onChange));
  }

  // Before they are read, so that no change between the two is missed.
  watch([tlsCert, tlsKey, tlsClientCa], 'the certificate', () => {
    const tls = readTls(settings);
    if (tls) onTls(tls);
  });
  watch([tokensFile], 'TOKENS_FILE', () => {
    tokens?.reload();
    if (tokens?.isEmpty) log.warn('TOKENS_FILE names no token any more: nobody gets in');
  });
  const close = () => {
    for (const stop of stops.splice(0)) stop();
  };
  let tokens: TokenBook | undefined;
  try {
    tokens = tokensFile === undefined ? undefined : openTokenBook(tokensFile);
    return { tls: readTls(settings), tokens, close };
  } catch (error) {
    close();
    throw error;
  }
}
