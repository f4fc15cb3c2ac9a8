import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { connection } from 'next/server';
import type { ReactNode } from 'react';
import './globals.css';

const sans = localFont({
  src: '../../node_modules/@fontsource-variable/instrument-sans/files/instrument-sans-latin-wght-normal.woff2',
  variable: '--font-sans',
  weight: '400 700',
});

export const metadata: Metadata = {
  title: 'Boxwire',
  description: 'Finds objects in pictures, on your own server.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f4f5f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1214' },
  ],
};

/** Every page is made for its request: a page from the build could not carry the nonce of its answer's policy. */
export default async function Layout({ children }: { children: ReactNode }) {
  await connection();
  return (
    <html lang="en" className={sans.variable}>
      <body>{children}</body>
    </html>
  );
}
