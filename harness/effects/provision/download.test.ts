import { expect, test } from 'vitest';
import { redirectedTo } from './download.ts';

const secure = new URL('https://github.com/owner/name/file');
const plain = new URL('http://mirror.example/github/file');

test.each([
  [secure, 'https://cdn.example/file?token=1', 'https://cdn.example/file?token=1'],
  [secure, '/elsewhere', 'https://github.com/elsewhere'],
  [plain, 'http://mirror.example/store/file', 'http://mirror.example/store/file'],
  [plain, 'https://cdn.example/file', 'https://cdn.example/file'],
])('from %s to %s is followed', (from, location, to) => {
  expect(redirectedTo(from, location).href).toBe(to);
});

test.each([
  [secure, 'http://cdn.example/file', 'it redirects to http://, which is not followed'],
  [plain, 'ftp://cdn.example/file', 'it redirects to ftp://, which is not followed'],
  [plain, 'file:///etc/passwd', 'it redirects to file://, which is not followed'],
  [plain, undefined, 'it redirects to nowhere'],
  [plain, 'http://', 'it redirects to nowhere'],
])('from %s to %s is refused', (from, location, words) => {
  expect(() => redirectedTo(from, location)).toThrow(words);
});
