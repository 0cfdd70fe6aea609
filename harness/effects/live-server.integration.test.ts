import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { startLiveServer } from './live-server.ts';

const files = { '/': { type: 'text/html; charset=utf-8', content: '<!doctype html>' } };

async function started(port = 0) {
  const server = await startLiveServer(files, port);
  onTestFinished(() => server.close());
  return server;
}

function get(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => resolve(response.resume().statusCode!))
      .on('error', reject)
      .end();
  });
}

test('gives its files and nothing else, under a policy that lets no other code in', async () => {
  const { url } = await started();
  const page = await fetch(url);
  expect(await page.text()).toBe('<!doctype html>');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(await get(`${url}../../package.json`)).toBe(404);
  expect(await get(`${url}__proto__`)).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
});

test('refuses whoever came by the name of another host', async () => {
  const { url } = await started();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(await get(url, { host: 'evil.example' })).toBe(403);
  expect(await get(url, { host: 'localhost:1' })).toBe(200);
});

test('tells a reader who comes late the newest of each event, and the last word before it closes', async () => {
  const server = await started();
  server.send('now', { n: 1 });
  server.send('now', { text: 'a\n\ndata: b' });
  const response = await fetch(`${server.url}events`);
  server.send('end', { outcome: 'pass' });
  await server.close();
  expect(await response.text()).toBe(
    'event: now\ndata: {"text":"a\\n\\ndata: b"}\n\nevent: end\ndata: {"outcome":"pass"}\n\n',
  );
});

test('says so when its port is taken', async () => {
  const { url } = await started();
  await expect(startLiveServer(files, Number(new URL(url).port))).rejects.toThrow(/Give another --live-port/);
});
