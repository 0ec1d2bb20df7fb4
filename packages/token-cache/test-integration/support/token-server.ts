/**
 * A token server on this machine: each refresh token works once, and whoever uses one twice signs
 * everybody out. Requests: `GET /refresh?token=…&pid=…` and `GET /login?pid=…`.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Called around each refresh; may end the process that asked. */
export type Interference = (when: 'before' | 'after', pid: number) => void;

export interface TokenServer extends AsyncDisposable {
  readonly url: string;
  readonly counts: { refreshes: number; logins: number; reuses: number };
  isValid(accessToken: unknown): boolean;
  interfere: Interference;
}

const LIFETIME_MS: number = 30 * 60_000;

export async function startTokenServer(): Promise<TokenServer> {
  const counts = { refreshes: 0, logins: 0, reuses: 0 };
  let issued = 0;
  let usable = '';
  let valid = '';
  const issue = (): string => {
    issued += 1;
    usable = `refresh ${issued}`;
    valid = `access ${issued}`;
    return JSON.stringify({ accessToken: valid, refreshToken: usable, expiresInMs: LIFETIME_MS });
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const pid = Number(searchParams.get('pid'));
    if (pathname === '/login') {
      counts.logins += 1;
      response.end(issue());
      return;
    }
    self.interfere('before', pid);
    if (searchParams.get('token') === usable) {
      counts.refreshes += 1;
      response.end(issue());
    } else {
      counts.reuses += 1;
      [usable, valid] = ['', ''];
      response.writeHead(400).end('invalid_grant');
    }
    self.interfere('after', pid);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: TokenServer = {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    counts,
    isValid: (accessToken) => accessToken === valid,
    interfere: () => {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}
