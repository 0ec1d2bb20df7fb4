#!/usr/bin/env node
/**
 * The login endpoint that my-app talks to, for trying it out: one user, and a token that says who
 * it is for and is signed with a key that lasts as long as this process.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const USER = { email: 'me@example.org', password: 'correct horse' };
const KEY = randomBytes(32);

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  process.stdout.write(`${request.method} ${request.url}\n`);
  const [status, answer] = login(parse(Buffer.concat(chunks).toString()));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function login(body) {
  const isUser = body?.email === USER.email && body?.password === USER.password;
  if (!isUser) return [401, { message: 'wrong e-mail or password' }];
  return [200, { token: signedToken({ sub: USER.email, iat: Math.floor(Date.now() / 1000) }) }];
}

/** A JSON Web Token, RFC 7519, with HS256. */
function signedToken(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', KEY).update(signed).digest('base64url')}`;
}
