/**
 * A server of git repositories over HTTP that wants a user and a password: git's own http-backend
 * behind a few lines of HTTP, on a port of the loopback interface.
 * https://git-scm.com/docs/git-http-backend
 */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const BACKEND = '/usr/lib/git-core/git-http-backend';
const HEADERS_END = Buffer.from('\r\n\r\n');

export interface GitServer extends AsyncDisposable {
  readonly host: string;
  /** What the server takes; may be changed while it runs. */
  readonly accepts: { username: string; password: string };
  /** The user and password of every request that carried some. */
  readonly seen: string[];
}

/** Serves the bare repositories of a folder. */
export async function startGitServer(
  folder: string,
  accepts: { username: string; password: string },
): Promise<GitServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const credentials = basicCredentials(request);
    if (credentials !== undefined) seen.push(credentials);
    if (credentials === `${accepts.username}:${accepts.password}`) {
      runBackend(folder, accepts.username, request, response);
      return;
    }
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    host: `127.0.0.1:${address.port}`,
    accepts,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function basicCredentials({ headers }: IncomingMessage): string | undefined {
  const [scheme, token = ''] = (headers.authorization ?? '').split(' ');
  return scheme === 'Basic' ? Buffer.from(token, 'base64').toString() : undefined;
}

/** One request as CGI: the request's line and headers as variables, its body on stdin. */
function runBackend(
  folder: string,
  user: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const { headers } = request;
  const env: Record<string, string> = {
    PATH: '/usr/bin:/bin',
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    HOME: folder,
    REMOTE_USER: user,
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: headers['content-type'] ?? '',
    ...(headers['content-encoding'] && { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
    ...(headers['content-length'] && { CONTENT_LENGTH: headers['content-length'] }),
  };
  const child = spawn(BACKEND, { env });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.once('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf(HEADERS_END);
    for (const line of whole.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/su);
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(whole.subarray(end + HEADERS_END.length));
  });
}
