#!/usr/bin/env node
// my-app: a program that logs in once and stays logged in. It asks for e-mail and password, gets a
// token from the server, and keeps it in the user's own keyring: never in a file, never in a variable.
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { isPromptError, readHidden } from '@keywire/keyring/prompt';
import { isSecretServiceError, SecretService } from '@keywire/secret-service';

const SERVER = process.env.MY_APP_SERVER ?? 'http://localhost:8080';
/** What the token is found by, in any keyring manager too: `secret-tool search application MyApp`. */
const ATTRIBUTES = { application: 'MyApp' };

const COMMANDS = {
  token: {
    run: token,
    help: 'my-app token\n\nPrints the token. The first time, or after a logout, it asks for e-mail and\npassword; later it asks nothing and no server.\n',
  },
  logout: { run: logout, help: 'my-app logout\n\nForgets the token.\n' },
};
const HELP = `my-app COMMAND
  token   print the token, logging in where there is none
  logout  forget it
"my-app COMMAND --help" explains one.
`;

/** What the user can do something about: one line, no stack. */
class Failure extends Error {}

async function token() {
  // The keyring comes first: nobody shall type a password that leads to nothing.
  const login = await withKeyring(async (keyring) => {
    const kept = (await keyring.lookup(ATTRIBUTES))?.text();
    return kept === undefined ? logIn(keyring) : parse(kept, 'what is kept is no login: log out');
  });
  console.log(login.token);
}

async function logout() {
  const forgotten = await withKeyring((keyring) => keyring.clear(ATTRIBUTES));
  console.log(forgotten > 0 ? 'Logged out.' : 'You were not logged in.');
}

async function withKeyring(use) {
  const keyring = await SecretService.connect();
  return use(keyring).finally(() => keyring.close());
}

async function logIn(keyring) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = once(terminal, 'close').then(() => Promise.reject(new Failure('not answered')));
  const email = await Promise.race([terminal.question('E-mail: '), closed]);
  terminal.close();
  const password = await readHidden('Password: ');
  const body = { email, password: new TextDecoder().decode(password) };
  const answer = await post('/login', body).finally(() => password.fill(0));
  const login = { email, token: answer.token };
  await keyring.store(`MyApp: ${email}`, ATTRIBUTES, JSON.stringify(login));
  return login;
}

async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${SERVER}${path}`, request).catch((error) => {
    throw new Failure(`no connection to ${SERVER} (${error.cause?.code ?? error.message})`);
  });
  const answer = parse(await response.text(), `no answer of ${SERVER} (${response.status})`);
  if (!response.ok) throw new Failure(answer.message);
  return answer;
}

/** An object, or a failure: the parser's own error would quote the text, which can be a secret. */
function parse(text, problem) {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new Failure(problem);
  }
}

const [name = '--help', ...rest] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined && !['--help', '-h'].includes(name)) {
  process.stderr.write(`my-app: there is no command of that name\n\n${HELP}`);
  process.exitCode = 2;
} else if (command === undefined || rest.includes('--help')) {
  process.stdout.write(command?.help ?? HELP);
} else {
  try {
    await command.run();
  } catch (error) {
    const isExpected =
      error instanceof Failure || isSecretServiceError(error) || isPromptError(error);
    if (!isExpected) throw error;
    process.stderr.write(`my-app: ${[error.message, error.advice].filter(Boolean).join('; ')}\n`);
    process.exitCode = 1;
  }
}
