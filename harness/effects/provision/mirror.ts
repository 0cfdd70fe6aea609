import { GauntletError } from '#contract/errors.ts';

/**
 * What GAUNTLET_MIRROR says: the address that stands in place of the official one, which keeps the paths below it;
 * `off` for no release archives at all; null where it says nothing.
 */
export function parseMirror(value: string | undefined): URL | 'off' | null {
  if (value === undefined || value === '') return null;
  if (value === 'off') return 'off';
  const url = URL.parse(value);
  if (url?.username || url?.password)
    throw new GauntletError(
      'bad-environment',
      'GAUNTLET_MIRROR must not hold a user name or password, because its address is printed.',
    );
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!plain)
    throw new GauntletError(
      'bad-environment',
      `GAUNTLET_MIRROR is '${value}'; it must be an http or https address without query, such as ` +
        "https://mirror.example/github, or 'off'.",
    );
  // Else the last part of its path would be replaced by what is joined to it.
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
