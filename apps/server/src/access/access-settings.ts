import { choice, integer, type Setting, text, toPath } from '../setting.ts';
import type { QuotaLimits } from './quota.ts';
import { parseQuotas } from './token-file.ts';

/** Who may call, and how callers prove who they are. Part of the server's settings. */
export const ACCESS_SETTINGS = {
  tokensFile: file('TOKENS_FILE', 'File with the tokens that are accepted; pnpm make-token makes its lines'),
  allowUnauthenticated: choice<'yes' | undefined>('ALLOW_UNAUTHENTICATED', ['yes'], {
    defaultText: 'none',
    defaultValue: undefined,
    description: 'yes serves everybody who reaches HOST, even if that is not loopback',
  }),
  allowedHosts: text<readonly string[] | undefined>('ALLOWED_HOSTS', {
    defaultText: 'loopback names if HOST is one, otherwise all',
    defaultValue: undefined,
    allowed: 'host names without ports, separated by commas, or * for all',
    parse: parseHosts,
    description: 'Names in the Host header that are answered; others are refused, against DNS rebinding',
  }),
  tlsCert: file(
    'TLS_CERT',
    'PEM file with the certificate; with it and TLS_KEY all ports require TLS, the page’s too, and the server’s speak HTTP/2 and HTTP/1.1. Reloaded when it changes',
  ),
  tlsKey: file('TLS_KEY', 'PEM file with its private key'),
  tlsClientCa: file(
    'TLS_CLIENT_CA',
    'PEM file with the authorities that must have issued callers’ certificates (mutual TLS)',
  ),
  certificateQuotas: text<QuotaLimits>('CERTIFICATE_QUOTAS', {
    defaultText: 'none',
    defaultValue: {},
    allowed: 'requests=N (a second), bytes=N, uploads=N and stored=N (bytes), N above 0, separated by blanks',
    parse: parseQuotaText,
    description: 'Quotas of each caller who is known by a certificate, as in a line of TOKENS_FILE',
  }),
  hstsMaxAgeS: integer('HSTS_MAX_AGE', {
    default: 0,
    min: 0,
    max: 2 * 365 * 86_400,
    unit: 'seconds',
    defaultText: 'none',
    description:
      'With TLS: seconds for which browsers must use TLS on all of the host’s ports, the page’s too (Strict-Transport-Security)',
  }),
  reflection: choice('REFLECTION', ['on', 'off'], {
    defaultText: 'on',
    defaultValue: 'on',
    description: 'Server reflection; with TOKENS_FILE it needs a token',
  }),
  health: choice('HEALTH', ['open', 'token', 'off'], {
    defaultText: 'open',
    defaultValue: 'open',
    description: 'Health checks: open needs no token, for load balancers; token needs one; off disables them',
  }),
};

function file(name: string, description: string): Setting<string | undefined> {
  return text<string | undefined>(name, {
    ...{ description, defaultText: 'none', defaultValue: undefined, allowed: 'a path' },
    parse: toPath,
  });
}

function parseQuotaText(value: string): QuotaLimits | undefined {
  try {
    return parseQuotas(value.split(/\s+/));
  } catch {
    return undefined;
  }
}

function parseHosts(value: string): readonly string[] | undefined {
  const hosts = value.split(',').map((host) => host.trim().toLowerCase());
  if (value === '*') return hosts;
  return hosts.every((host) => /^([a-z\d._-]+|\[[\da-f:.]+\])$/.test(host)) ? hosts : undefined;
}
