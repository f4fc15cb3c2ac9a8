import type { NextConfig } from 'next';
import { STATIC_HEADERS } from './src/security/static-headers.ts';
import { readSettings } from './src/settings.ts';

const config: NextConfig = {
  // In development Next refuses pages opened under another name than the one it listens on.
  allowedDevOrigins: ['localhost', '127.0.0.1', '[::1]', readSettings().host],
  poweredByHeader: false,
  reactStrictMode: true,
  // `check` looks at the types, of the tests too; a build need not.
  typescript: { ignoreBuildErrors: true },
  headers: async () => [{ source: '/:path*', headers: STATIC_HEADERS }],
};

export default config;
