import { existsSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { download } from '../../src/models/download.ts';
import { content, expectTheFileAlone, fail, nothing, path, run } from './support/downloads.ts';
import { close, listen, releaseServer } from './support/release-server.ts';
import { selfSigned } from './support/self-signed.ts';

describe('through a proxy', () => {
  test('http: the proxy is asked for the whole address', async () => {
    await using server = await releaseServer(content);
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      httpRequest(server.url, (answer) => answer.pipe(response)).end();
    });
    const httpProxy = `http://127.0.0.1:${await listen(proxy)}`;
    const url = 'http://release.invalid/file';
    await download({ ...nothing, url, path, proxy: { httpProxy } });
    await close(proxy);
    expect(asked).toEqual([url]);
    expectTheFileAlone();
  });

  test("https: a tunnel, and the certificate is still the server's", async () => {
    const { key, cert } = selfSigned();
    const server = createHttpsServer({ key, cert }, (_, response) => response.end(content));
    const port = await listen(server);
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', ({ url, headers }, socket) => {
      asked.push(url, headers['proxy-authorization']);
      const tunnel = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        socket.pipe(tunnel).pipe(socket);
      });
      socket.on('error', () => tunnel.destroy());
      tunnel.on('error', () => socket.destroy());
    });
    const httpsProxy = `http://me:secret@127.0.0.1:${await listen(proxy)}`;
    const request = { ...nothing, url: 'https://localhost/file', path, proxy: { httpsProxy } };
    try {
      await expect(download(request)).rejects.toThrow(/localhost cannot be reached: .*certificate/);
      setDefaultCACertificates([cert]);
      await download(request);
    } finally {
      setDefaultCACertificates(getCACertificates('bundled'));
      await Promise.all([close(server), close(proxy)]);
    }
    expect(asked.slice(-2)).toEqual(['localhost:443', `Basic ${btoa('me:secret')}`]);
    expectTheFileAlone();
  });

  test('https goes through the proxy for http where there is no other', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.push(url);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    const httpProxy = `http://127.0.0.1:${await listen(proxy)}`;
    await fail([], { url: 'https://localhost/file', proxy: { httpProxy } });
    await close(proxy);
    expect(asked[0]).toBe('localhost:443');
  });

  test('but not for a host that goes without', async () => {
    const proxy = { httpProxy: 'http://127.0.0.1:1', noProxy: '127.0.0.1' };
    await run(['good'], { proxy });
    expectTheFileAlone();
  });

  test('that is not there', async () => {
    const { message } = await fail(['good'], { proxy: { httpProxy: 'http://127.0.0.1:1' } });
    expect(message).toMatch(/ECONNREFUSED/);
    expect(existsSync(path)).toBe(false);
  });
});
