import type { NextConfig } from 'next';
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants.js';
import { STATIC_HEADERS } from './src/security/static-headers.ts';
import { readSettings } from './src/settings.ts';

const config = (phase: string): NextConfig => ({
  // In development Next refuses pages opened under another name than the one it listens on.
  ...(phase === PHASE_DEVELOPMENT_SERVER && {
    allowedDevOrigins: ['localhost', '127.0.0.1', '[::1]', readSettings().host],
  }),
  // Who looks at the page under `pnpm dev` is to see the page; errors are shown all the same.
  devIndicators: false,
  poweredByHeader: false,
  reactStrictMode: true,
  // `check` looks at the types, of the tests too; a build need not.
  typescript: { ignoreBuildErrors: true },
  headers: async () => [{ source: '/:path*', headers: STATIC_HEADERS }],
});

export default config;
