import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choice, integer, type Setting, text } from '../setting.ts';

const REPOSITORY_ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** Who may call, and how they show it. Part of the server's settings. */
export const ACCESS_SETTINGS = {
  tokensFile: file('TOKENS_FILE', 'File with the tokens that callers must have, made by pnpm make-token'),
  allowUnauthenticated: choice<'yes' | undefined>('ALLOW_UNAUTHENTICATED', ['yes'], {
    defaultText: 'none',
    defaultValue: undefined,
    description: 'yes serves everybody who reaches HOST, where that is not this machine alone',
  }),
  allowedHosts: text<readonly string[] | undefined>('ALLOWED_HOSTS', {
    defaultText: 'names of this machine where HOST is one, otherwise all',
    defaultValue: undefined,
    allowed: 'host names without ports, separated by commas, or * for all',
    parse: parseHosts,
    description: 'Names in the Host header that are answered; others may be a page that had its name rebound',
  }),
  tlsCert: file(
    'TLS_CERT',
    'PEM file with the certificate; with TLS_KEY, both ports speak TLS, HTTP/2 and HTTP/1.1; read again when it changes',
  ),
  tlsKey: file('TLS_KEY', 'PEM file with its private key'),
  tlsClientCa: file(
    'TLS_CLIENT_CA',
    'PEM file with the authorities that callers’ certificates must come from (mutual TLS)',
  ),
  hstsMaxAgeS: integer('HSTS_MAX_AGE', {
    default: 0,
    min: 0,
    max: 2 * 365 * 86_400,
    unit: 'seconds',
    defaultText: 'none',
    description:
      'With TLS: for so long browsers shall use the host by TLS alone, on all of its ports, the page’s too (Strict-Transport-Security)',
  }),
  reflection: choice('REFLECTION', ['on', 'off'], {
    defaultText: 'on',
    defaultValue: 'on',
    description: 'Whether callers may ask which services there are; where there are tokens, it takes one',
  }),
  health: choice('HEALTH', ['open', 'token', 'off'], {
    defaultText: 'open',
    defaultValue: 'open',
    description: 'open answers health checks without a token, for balancers; token wants one; off has none',
  }),
};

function file(name: string, description: string): Setting<string | undefined> {
  return text<string | undefined>(name, {
    ...{ description, defaultText: 'none', defaultValue: undefined, allowed: 'a path' },
    parse: (value) => resolve(REPOSITORY_ROOT, value),
  });
}

function parseHosts(value: string): readonly string[] | undefined {
  const hosts = value.split(',').map((host) => host.trim().toLowerCase());
  if (value === '*') return hosts;
  return hosts.every((host) => /^([a-z\d._-]+|\[[\da-f:.]+\])$/.test(host)) ? hosts : undefined;
}
