import { expect, test } from 'vitest';
import { headersFrom } from './init-headers.ts';

test('a token and other headers come from the variables that are named', () => {
  expect(headersFrom({ bearer: 'TOKEN', header: ['X-Api-Key=API_KEY', 'x-tenant=TENANT'] })).toEqual({
    authorization: { fromEnv: 'TOKEN', prefix: 'Bearer ' },
    'x-api-key': { fromEnv: 'API_KEY' },
    'x-tenant': { fromEnv: 'TENANT' },
  });
  expect(headersFrom({})).toBeUndefined();
});

test.each([
  [{ bearer: 'ey.secret.token' }, 'secret'],
  [{ header: ['authorization=Bearer secret'] }, 'secret'],
  [{ header: ['x-api-key'] }, 'x-api-key: '],
  [{ header: ['x api key=KEY'] }, 'x api'],
])('%j is no variable, and is not shown again', (options, typed) => {
  const refused = () => headersFrom(options);
  expect(refused).toThrow('takes the name of an environment variable');
  expect(refused).not.toThrow(typed);
});
