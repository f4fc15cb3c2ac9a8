import { SettingError } from '../setting.ts';
import { isLoopback } from './loopback.ts';

interface Exposure {
  readonly host: string;
  readonly tokensFile: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsClientCa: string | undefined;
  readonly certificateQuotas: object;
  readonly hstsMaxAgeS: number;
  readonly allowUnauthenticated: 'yes' | undefined;
}

/** Nobody opens a server to a network by accident. @throws {SettingError} */
export function checkExposure(settings: Exposure): void {
  const { host, tokensFile, tlsCert, tlsClientCa, hstsMaxAgeS, allowUnauthenticated } = settings;
  const hasQuotas = Object.keys(settings.certificateQuotas).length > 0;
  if (tlsClientCa !== undefined && tlsCert === undefined) {
    throw new SettingError(`TLS_CLIENT_CA is ${JSON.stringify(tlsClientCa)}, but TLS_CERT is not set`);
  }
  if (hstsMaxAgeS > 0 && tlsCert === undefined) {
    throw new SettingError(`HSTS_MAX_AGE is "${hstsMaxAgeS}", but TLS_CERT is not set`);
  }
  if (hasQuotas && (tlsClientCa === undefined || tokensFile !== undefined)) {
    const text =
      tokensFile === undefined ? 'TLS_CLIENT_CA is not set' : 'with TOKENS_FILE callers are known by tokens';
    throw new SettingError(`CERTIFICATE_QUOTAS is set, but ${text}`);
  }
  const authenticates = tokensFile !== undefined || tlsClientCa !== undefined;
  if (isLoopback(host) || authenticates || allowUnauthenticated === 'yes') return;
  throw new SettingError(
    `HOST is ${JSON.stringify(host)}, where others reach the server, and nobody has to say who they are; ` +
      'set TOKENS_FILE (pnpm make-token makes one) or TLS_CLIENT_CA, or ALLOW_UNAUTHENTICATED=yes to serve everybody',
  );
}

/** What is worth a warning at the start: tokens that travel where others may read along. */
export function exposureWarning({ host, tokensFile, tlsCert }: Exposure): string | undefined {
  if (tokensFile === undefined || tlsCert !== undefined || isLoopback(host)) return undefined;
  return 'Tokens travel in clear text: set TLS_CERT and TLS_KEY, or have a proxy with TLS in front';
}
