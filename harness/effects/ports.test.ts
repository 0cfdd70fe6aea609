import { expect, test } from 'vitest';
import { createPorts } from './ports.ts';

const everyPort = async (): Promise<boolean> => true;

test('begins at a random point, goes up and begins again at the bottom', async () => {
  const ports = createPorts({ first: 20_000, last: 20_003, random: () => 0.5, isFree: everyPort });
  const taken = [await ports.take(), await ports.take(), await ports.take()];
  expect(taken).toEqual([20_002, 20_003, 20_000]);
  expect(ports.taken()).toEqual(taken);
});

test('passes over ports that somebody listens on', async () => {
  const isFree = async (port: number): Promise<boolean> => port !== 20_000;
  const ports = createPorts({ first: 20_000, last: 20_003, random: () => 0, isFree });
  expect(await ports.take()).toBe(20_001);
});

test('passes over the port that fetch refuses to talk to', async () => {
  const ports = createPorts({ first: 10_080, last: 10_081, random: () => 0, isFree: everyPort });
  expect(await ports.take()).toBe(10_081);
});

test('passes over ports that somebody chose', async () => {
  const reserved = new Set([20_000]);
  const ports = createPorts({ first: 20_000, last: 20_001, random: () => 0, isFree: everyPort, reserved });
  expect(await ports.take()).toBe(20_001);
});

test('says so when no port is left', async () => {
  const ports = createPorts({ first: 20_000, last: 20_000, random: () => 0, isFree: everyPort });
  await ports.take();
  await expect(ports.take()).rejects.toMatchObject({
    code: 'no-free-port',
    message: expect.stringContaining('between 20000 and 20000'),
  });
});

test('never hands out the same port twice, even to takes at once', async () => {
  const ports = createPorts({ isFree: everyPort });
  const taken = await Promise.all(Array.from({ length: 500 }, () => ports.take()));
  expect(new Set(taken).size).toBe(500);
  expect(taken.every((port) => port >= 10_000 && port <= 29_999)).toBe(true);
});
