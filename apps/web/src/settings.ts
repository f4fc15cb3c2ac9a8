/** Paths of a PEM certificate and its private key; relative ones start at the checkout. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** What the environment may say about the page. */
export interface Settings {
  /** The interface that the page is served on. */
  readonly host: string;
  readonly webPort: number;
  /** The server's port for browsers, used when `serverUrl` is not set. */
  readonly httpPort: number;
  /** With these, the page and all ports of the server speak TLS. */
  readonly tls: TlsFiles | undefined;
  /** The server's public address, an origin without a path; derived from the page's own address when undefined. */
  readonly serverUrl: string | undefined;
}

/** A setting that cannot be used; the message is one line that names it, its value and what is allowed. */
export class SettingError extends Error {
  constructor(name: string, value: string, allowed: string) {
    super(`${name} is ${JSON.stringify(value)}, allowed is ${allowed}`);
    this.name = 'SettingError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings, each with its default. The only place of the web app that looks at the environment, and
 * it does so when it is called: ports are settings of the run, not of the build.
 *
 * @throws {SettingError} for the first value that cannot be used
 */
export function readSettings(environment: Environment = process.env): Settings {
  const settings = {
    host: text(environment, 'HOST') ?? '127.0.0.1',
    webPort: port(environment, 'WEB_PORT', 3000),
    httpPort: port(environment, 'HTTP_PORT', 8080),
    tls: tlsFiles(environment),
    serverUrl: origin(environment, 'SERVER_URL'),
  };
  const { webPort, httpPort, serverUrl } = settings;
  if (serverUrl === undefined && webPort === httpPort)
    throw new SettingError('WEB_PORT', `${webPort}`, 'a port other than that of HTTP_PORT');
  return settings;
}

/** An empty value counts as none: shells and compose files set variables to nothing to unset them. */
function text(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

function tlsFiles(environment: Environment): TlsFiles | undefined {
  const [cert, key] = [text(environment, 'TLS_CERT'), text(environment, 'TLS_KEY')];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw new SettingError('TLS_CERT', '', 'a path where TLS_KEY is set');
  if (key === undefined) throw new SettingError('TLS_KEY', '', 'a path where TLS_CERT is set');
  return { cert, key };
}

function port(environment: Environment, name: string, fallback: number): number {
  const value = text(environment, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= 65_535) return number;
  // The server by itself takes any free port where HTTP_PORT is 0.
  throw new SettingError(name, value, 'a port from 1 to 65535, which the page and the server have to know');
}

function origin(environment: Environment, name: string): string | undefined {
  const value = text(environment, name);
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (isOrigin) return url.origin;
  throw new SettingError(name, value, 'an address without a path, such as https://detect.example.org');
}
