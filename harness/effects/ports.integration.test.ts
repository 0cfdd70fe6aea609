import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createPorts } from './ports.ts';

test.each(['127.0.0.1', '0.0.0.0'])('a port that a server holds on %s is not handed out', async (host) => {
  const port = await createPorts().take();
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  try {
    const ports = createPorts({ first: port, last: port + 200, random: () => 0 });
    expect(await ports.take()).toBeGreaterThan(port);
  } finally {
    server.close();
  }
});

test('a port that was handed out can be listened on at once', async () => {
  const server = createServer().listen(await createPorts().take(), '127.0.0.1');
  await once(server, 'listening');
  server.close();
});
