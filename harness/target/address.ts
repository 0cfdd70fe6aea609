import type { Target } from '#contract/target.ts';

/** As the platform parses an address, so that nobody is fooled by another way to write it. */
function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).hostname : null;
}

/** This machine by its literal name or address; another name is looked up by nobody, whatever it would stand for. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Hosts that a target and its links would send to, and that are neither this machine nor allowed. */
export function remoteHosts({ url, links = {} }: Pick<Target, 'url' | 'links'>, allowed: readonly string[]) {
  const addresses = [url, ...Object.values(links).map(({ upstream }) => `http://${upstream}`)];
  const hosts = addresses.flatMap((address) => hostOf(address) ?? []);
  return [...new Set(hosts)].filter((host) => !isLoopback(host) && !allowed.includes(host));
}

/** `host:port` of a URL, its scheme's port where it has none. */
export function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** What is wrong with a target's URL, in words; null where nothing is. */
export function urlProblem(url: string): string | null {
  if (!URL.canParse(url)) return `'${url}' is no URL; right would be http://127.0.0.1:8000`;
  const { protocol, username, password, pathname, search, hash } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:')
    return `'${protocol}' can't be loaded; http: and https: can`;
  // It would stand in the plan.
  if (username !== '' || password !== '')
    return 'it has a user or password, which belong into target.headers';
  if (pathname !== '/' || search !== '' || hash !== '')
    return `only scheme, host and port belong there; the path '${pathname}${search}${hash}' belongs into target.protocol`;
  return null;
}
