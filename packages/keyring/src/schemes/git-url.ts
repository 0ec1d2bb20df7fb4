// How git's libsecret helper files a credential: one attribute for each part of the URL.
// https://git-scm.com/docs/gitcredentials ("CREDENTIAL CONTEXTS")

const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/(\[[^\]/@]*\]|[^/:@]*)(?::(\d+))?(?:\/(.*))?$/u;

const MAX_PORT = 65_535;

/**
 * Splits `protocol://host[:port][/path]`; `undefined` for any other text. An empty path, leading zeros
 * of a port and port 0 are left out, as git's helper leaves them out.
 */
export function gitUrlAttributes(url: string): Map<string, string> | undefined {
  const match = URL_PARTS.exec(url);
  if (match === null) return undefined;
  const [, protocol = '', server = '', digits = '', object = ''] = match;
  const port = Number(digits);
  if (port > MAX_PORT) return undefined;
  const attributes = new Map([
    ['protocol', protocol],
    ['server', server],
  ]);
  if (port !== 0) attributes.set('port', String(port));
  if (object !== '') attributes.set('object', object);
  return attributes;
}

/** Puts a URL together again; `undefined` without a protocol or a host. */
export function gitUrlOf(attributes: ReadonlyMap<string, string>): string | undefined {
  const protocol = attributes.get('protocol');
  const server = attributes.get('server');
  if (protocol === undefined || server === undefined) return undefined;
  const port = attributes.get('port');
  const object = attributes.get('object');
  const host = port === undefined ? server : `${server}:${port}`;
  return `${protocol}://${host}${object === undefined ? '' : `/${object}`}`;
}

/** The URL as labels show it: with the slash also where there is no path. */
export function gitUrlShown(url: string): string {
  const whole = gitUrlOf(gitUrlAttributes(url) ?? new Map());
  if (whole === undefined) return url;
  return /^[^:]+:\/\/[^/]*$/u.test(whole) ? `${whole}/` : whole;
}
