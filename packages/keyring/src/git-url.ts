// How git's libsecret helper files a credential: one attribute for each part of the URL.
// https://git-scm.com/docs/gitcredentials ("CREDENTIAL CONTEXTS")

const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/:]*)(?::(\d+))?(?:\/(.*))?$/u;

/** Splits `protocol://host[:port][/path]`; `undefined` for any other text. */
export function gitUrlAttributes(url: string): Map<string, string> | undefined {
  const match = URL_PARTS.exec(url);
  if (match === null) return undefined;
  const [, protocol = '', server = '', port, object] = match;
  const attributes = new Map([
    ['protocol', protocol],
    ['server', server],
  ]);
  if (port !== undefined) attributes.set('port', port);
  if (object !== undefined && object !== '') attributes.set('object', object);
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
