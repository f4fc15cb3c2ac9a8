import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of a PEM certificate and its private key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Of whom a certificate speaks, as openssl's options have it. */
export interface CertificateNames {
  readonly subject: string;
  /** Alternative names; none if empty. */
  readonly alternatives: string;
}

/**
 * Makes a certificate with openssl, for this machine unless others are named; signed by `issuer`, or by itself.
 * @returns `undefined`, loudly, where openssl cannot be run
 */
export function makeCertificate(
  folder: string,
  name: string,
  issuer?: Pair,
  names?: CertificateNames,
): Pair | undefined {
  const { subject, alternatives } = names ?? {
    subject: `/CN=${name}`,
    alternatives: 'DNS:localhost,IP:127.0.0.1',
  };
  const pair = { cert: join(folder, `${name}.cert.pem`), key: join(folder, `${name}.key.pem`) };
  const files = ['-keyout', pair.key, '-out', pair.cert];
  const whose = ['-subj', subject, ...(alternatives ? ['-addext', `subjectAltName=${alternatives}`] : [])];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const signer = issuer ? ['-CA', issuer.cert, '-CAkey', issuer.key] : [];
  try {
    execFileSync('openssl', ['req', '-x509', ...key, ...files, ...whose, ...signer], { stdio: 'pipe' });
    return pair;
  } catch (error) {
    writeFileSync(join(folder, 'openssl.log'), String(error));
    console.warn('\nNOT TESTED: TLS\n  because openssl, which makes the certificate, cannot be run\n');
    return undefined;
  }
}
