// Serves the page with the settings of the environment, over TLS where the server does: `node serve.ts dev | start`.
import { once } from 'node:events';
import { watchFile } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readTls, toPath } from './src/security/tls.ts';
import { readSettings, SettingError, type Settings } from './src/settings.ts';

/** How often the certificate is looked at. */
const RENEWAL_INTERVAL_MS = 1000;

const development = process.argv[2] === 'dev';
// Next reads both when it is loaded.
process.env.NEXT_TELEMETRY_DISABLED = '1';
Object.assign(process.env, { NODE_ENV: development ? 'development' : 'production' });

async function serve(): Promise<void> {
  const settings = readSettings();
  const server = openServer(settings);
  const { host, webPort, tls } = settings;
  const { default: createNext } = await import('next');
  const next = createNext({
    dev: development,
    dir: import.meta.dirname,
    hostname: host,
    port: webPort,
  });
  await next.prepare();
  server.on('request', next.getRequestHandler());
  server.on('upgrade', next.getUpgradeHandler());
  server.listen(webPort, host);
  await once(server, 'listening').catch(({ code }: NodeJS.ErrnoException) => {
    const taken = code === 'EADDRINUSE';
    throw new SettingError(
      'WEB_PORT',
      `${webPort}`,
      `a port that ${taken ? 'is free' : `can be opened (${code})`} at ${host}`,
    );
  });
  const shownHost = host.includes(':') ? `[${host}]` : host;
  console.log(`the page is at ${tls ? 'https' : 'http'}://${shownHost}:${webPort}`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
      void next.close().finally(() => process.exit(0));
    });
  }
}

function openServer({ tls }: Settings): Server {
  if (!tls) return createServer();
  const server = createTlsServer(readTls(tls));
  const renew = () => {
    try {
      server.setSecureContext(readTls(tls));
      console.log('the certificate changed and was read again');
    } catch (error) {
      // Such as a certificate whose key is still to come.
      console.error(`${(error as Error).message}; what was read before stays in force`);
    }
  };
  for (const path of [tls.cert, tls.key]) {
    watchFile(toPath(path), { interval: RENEWAL_INTERVAL_MS, persistent: false }, renew);
  }
  return server;
}

// What cannot be written is lost: a full disk, or a reader that is gone, must not end the page.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

try {
  await serve();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exit(1);
}
