import { expect, test } from 'vitest';
import { hostAndPort, isLoopback, remoteHosts, urlProblem } from './address.ts';

const hostIn = (url: string) => new URL(url).hostname;

test.each([
  'http://localhost',
  'http://127.0.0.1:8000',
  'http://127.9.9.9',
  'http://[::1]:1',
  'http://0x7f000001',
])('%s is this machine', (url) => expect(isLoopback(hostIn(url))).toBe(true));

test.each([
  'http://models.example',
  'http://localhost.example',
  'http://127.0.0.1.nip.example',
  'http://10.0.0.1',
  'http://0.0.0.0',
  'http://[::ffff:7f00:1]',
  'http://sub.localhost',
])('%s is not, or may not be', (url) => expect(isLoopback(hostIn(url))).toBe(false));

test('the hosts of the target and of its links are remote unless they are allowed', () => {
  const target = {
    url: 'http://models.example:8000',
    links: {
      redis: { listen: 1, upstream: 'redis.example:6379' },
      own: { listen: 2, upstream: '127.0.0.1:5432' },
    },
  };
  expect(remoteHosts(target, [])).toEqual(['models.example', 'redis.example']);
  expect(remoteHosts(target, ['redis.example', 'models.example'])).toEqual([]);
});

test("a URL without a port has its scheme's", () => {
  expect(hostAndPort('https://models.example')).toBe('models.example:443');
  expect(hostAndPort('http://[::1]')).toBe('[::1]:80');
});

test.each([
  ['localhost:8000', /can't be loaded/],
  ['nonsense', /is no URL/],
  ['http://me:secret@127.0.0.1', /user or password/],
  ['http://127.0.0.1/predict', /'\/predict' belongs into target.protocol/],
])('%s as URL of a target is refused', (url, why) => expect(urlProblem(url)).toMatch(why));
