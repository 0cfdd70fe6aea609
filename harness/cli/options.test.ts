import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addLoadOptions } from './options.ts';

function metricsPortIn(text: string): unknown {
  const command = addLoadOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr() {} });
  return command.parse(['--metrics-port', text], { from: 'user' }).opts()['metricsPort'];
}

test.each([
  ['9464', { host: '127.0.0.1', port: 9464 }],
  ['172.17.0.1:9464', { host: '172.17.0.1', port: 9464 }],
  ['::1:9464', { host: '::1', port: 9464 }],
])('--metrics-port %s is a port of loopback, or of the address before it', (text, listenAt) => {
  expect(metricsPortIn(text)).toEqual(listenAt);
});

test.each(['0', '65536', '127.0.0.1', '127.0.0.1:', 'x'])('--metrics-port %s is refused', (text) => {
  expect(() => metricsPortIn(text)).toThrow('It must be a');
});
