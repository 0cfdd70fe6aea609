import { expect, test } from 'vitest';
import { parseMirror } from './mirror.ts';

test.each([undefined, ''])('no mirror is named by %j', (value) => {
  expect(parseMirror(value)).toBeNull();
});

test('off is off', () => expect(parseMirror('off')).toBe('off'));

test.each([
  ['https://mirror.example/artifactory/github', 'https://mirror.example/artifactory/github/'],
  ['https://mirror.example/github/', 'https://mirror.example/github/'],
  ['http://mirror.example:8081', 'http://mirror.example:8081/'],
])('%s is the address below which releases lie', (value, base) => {
  const mirror = parseMirror(value) as URL;
  expect(mirror.href).toBe(base);
  expect(new URL('grafana/k6/x.tar.gz', mirror).href).toBe(`${base}grafana/k6/x.tar.gz`);
});

test.each(['mirror.example', 'ftp://mirror.example/', 'file:///tmp', '/tmp', 'https://m.example/?a=1', 'no'])(
  '%s is refused in one sentence',
  (value) => {
    const mistake = {
      code: 'bad-environment',
      message: expect.stringMatching(/^GAUNTLET_MIRROR is '[^']+'; it must be/),
    };
    expect(() => parseMirror(value)).toThrow(expect.objectContaining(mistake));
  },
);

test('an address with a password is refused and not repeated', () => {
  expect(() => parseMirror('https://me:secret@mirror.example/')).toThrow(
    expect.objectContaining({ code: 'bad-environment', message: expect.not.stringContaining('secret') }),
  );
});
