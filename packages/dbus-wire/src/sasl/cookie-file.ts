/**
 * The file that a server of DBUS_COOKIE_SHA1 keeps its cookies in: lines of an id, when it was made in
 * seconds, and the cookie. Several servers share one file, each under its lock.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms-sha
 */

/** One line of a cookie file. */
export interface Cookie {
  readonly id: string;
  readonly cookie: string;
}

/** Cookies younger than this are asked for; seconds. */
const FRESH_SECONDS = 5 * 60;

/** Older ones are taken out of the file: no client can still be answering with them. */
const EXPIRED_SECONDS = 7 * 60;

/** Cookies from further ahead than this were written under another clock. */
const AHEAD_SECONDS = 5 * 60;

/** A cookie file brought up to date. */
export interface UpdatedCookies {
  readonly text: string;
  readonly fresh: Cookie;
}

/**
 * Takes the old cookies out of the text of a cookie file and finds one that is fresh, or puts a new
 * one in.
 */
export function updateCookies(
  text: string,
  nowSeconds: number,
  newCookie: () => string,
): UpdatedCookies {
  const kept: (Cookie & { readonly made: number })[] = [];
  for (const line of text.split('\n')) {
    const [, id = '', made = '', cookie = ''] =
      /^([0-9]{1,10}) ([0-9]{1,15}) ([0-9a-f]+)$/.exec(line) ?? [];
    const age = nowSeconds - Number(made);
    // @rule sasl/cookie-age dbus#auth-mechanisms-sha
    if (cookie !== '' && age < EXPIRED_SECONDS && age > -AHEAD_SECONDS) {
      kept.push({ id, made: Number(made), cookie });
    }
  }
  let fresh = kept.find(({ made }) => Math.abs(nowSeconds - made) < FRESH_SECONDS);
  if (fresh === undefined) {
    fresh = { id: lowestFreeId(kept), made: nowSeconds, cookie: newCookie() };
    kept.push(fresh);
  }
  const lines = kept.map(({ id, made, cookie }) => `${id} ${made} ${cookie}\n`);
  return { text: lines.join(''), fresh };
}

function lowestFreeId(kept: readonly Cookie[]): string {
  const taken = new Set(kept.map(({ id }) => Number(id)));
  let id = 1;
  while (taken.has(id)) id++;
  return String(id);
}
