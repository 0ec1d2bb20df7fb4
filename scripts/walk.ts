/**
 * `npm run walk`: one lookup through the whole stack, stage by stage. Each stage is a function, shown
 * with its file and line and with how often it ran, as the runtime counted it; the messages on the
 * bus follow. A stage that did not run, or is not there, fails the walk: it cannot go stale. Bus and
 * keyring are a process of their own, so that only the client's steps are counted.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A file below packages/, a function or method in it, and what it does. */
type Stage = readonly [file: string, name: string, what: string];

const SECRET = 'correct horse battery staple';

const WALK: readonly (readonly [title: string, stages: readonly Stage[]])[] = [
  [
    'The command line becomes a command',
    [
      ['cli/src/table/parse.ts', 'parseCommandLine', 'finds the command by its words'],
      ['cli/src/arguments/split.ts', 'splitArguments', 'options apart from operands'],
      ['cli/src/arguments/attributes.ts', 'parseAttributes', 'operands in pairs'],
      ['cli/src/keyring/secret-service.ts', 'lookup', 'the command asks its keyring'],
    ],
  ],
  [
    'Flight 1 is planned before there is a connection',
    [
      ['secret-service/src/service/service.ts', 'open', 'begins to connect, waits for nothing'],
      ['dbus-wire/src/io/bus-discovery.ts', 'findBusAddress', 'where the bus is'],
      ['dbus-wire/src/transport/address.ts', 'parseAddress', 'which socket that is'],
      ['secret-service/src/secrets/session-keeper.ts', '#open', 'a transfer session is wanted'],
      ['crypto-session/src/key-agreement.ts', 'generateKeyPair', 'our key for it'],
      ['crypto-session/src/io/random.ts', 'deviceRandom', 'from the random device'],
      ['secret-service/src/protocol/calls.ts', 'greeting', 'first a call that nobody waits for'],
      ['secret-service/src/protocol/calls.ts', 'openSession', 'the call for the session'],
      [
        'secret-service/src/protocol/calls.ts',
        'searchService',
        'the call: what has these attributes?',
      ],
      [
        'dbus-wire/src/connection/name-owners.ts',
        'track',
        'who owns the name, and who does from now on',
      ],
    ],
  ],
  [
    'One write: authentication, Hello, and those calls',
    [
      ['dbus-wire/src/sasl/sent-ahead.ts', 'firstBytes', 'NUL, AUTH EXTERNAL, BEGIN, unasked'],
      ['dbus-wire/src/connection/bus-driver.ts', 'hello', 'asks the bus for a name'],
      ['dbus-wire/src/codec/encode-message.ts', 'encodeMessage', 'each message as bytes'],
      ['dbus-wire/src/connection/reply-table.ts', 'add', 'which reply is waited for'],
      ['dbus-wire/src/io/net-transport.ts', 'openSocket', 'the socket'],
      ['dbus-wire/src/transport/outbox.ts', 'flush', 'the write'],
    ],
  ],
  [
    'What came back is judged',
    [
      ['dbus-wire/src/codec/message-parser.ts', 'feed', 'bytes cut into messages'],
      ['dbus-wire/src/codec/decode-message.ts', 'decodeFrame', 'every rule of the wire checked'],
      ['dbus-wire/src/connection/reply-table.ts', 'take', 'the call that this reply is for'],
      ['dbus-wire/src/connection/reply-table.ts', 'isFromCallee', 'from the one that was asked?'],
      ['dbus-wire/src/connection/name-owners.ts', 'setOwner', 'the owner that the bus named'],
      [
        'secret-service/src/protocol/replies.ts',
        'readSessionReply',
        'the session and the other key',
      ],
      [
        'secret-service/src/protocol/replies.ts',
        'readTwoPathLists',
        'paths of items: unlocked, locked',
      ],
    ],
  ],
  [
    'Flight 2 fetches the secret, from the owner alone',
    [
      [
        'secret-service/src/operations/reading.ts',
        'readOneSecret',
        'the secret, and whether it is locked',
      ],
      ['secret-service/src/protocol/calls.ts', 'getSecrets', 'the call for the secret'],
      ['crypto-session/src/key-agreement.ts', 'agreeKey', 'meanwhile: the shared secret'],
      ['crypto-session/src/hkdf.ts', 'deriveKey', 'meanwhile: the AES key'],
      ['secret-service/src/secrets/session.ts', 'open', 'the answer is opened'],
      ['crypto-session/src/cipher.ts', 'decryptSecret', 'into a buffer of its own'],
      ['crypto-session/src/pkcs7.ts', 'unpaddedLength', 'where its padding begins'],
    ],
  ],
  [
    'Out, wiped, and gone',
    [
      ['cli/src/io/terminal/output.ts', 'writeOutput', 'written to stdout, then wiped'],
      ['secret-service/src/secrets/session-keeper.ts', '#end', 'the session is closed'],
      ['secret-service/src/secrets/session.ts', 'dispose', 'its key is wiped'],
      ['dbus-wire/src/connection/connection.ts', 'close', 'the connection too'],
    ],
  ],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const { keyring, address } = await serve();
try {
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
  await store();
  console.log('$ keywire lookup app demo');
  const { counts, trace } = await countedLookUp();
  for (const [title, stages] of WALK) {
    console.log(`\n${title}`);
    for (const each of stages) console.log(stageLine(each, counts));
  }
  console.log('\nThe messages, without what they hold');
  for (const line of trace) console.log(`  ${line}`);
} finally {
  keyring.kill();
}

/** Starts a bus and a keyring in memory, and resolves when both are ready. */
async function serve(): Promise<{ keyring: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [path.join(root, 'dist/keywire.cjs'), 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const ready = /^DBUS_SESSION_BUS_ADDRESS=(.+)$/u.exec(String(line))?.[1];
  assert.ok(ready !== undefined, `expected an address, got ${line}`);
  return { keyring: child, address: ready };
}

/** Puts there what will be looked up; another process does, so that nothing of it is counted. */
async function store(): Promise<void> {
  const words = ['store', '--label=Demo', 'app', 'demo'];
  const child = spawn(process.execPath, [path.join(root, 'dist/keywire.cjs'), ...words], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.end(SECRET);
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
}

/** Looks it up as the command line would, while the runtime counts calls. */
async function countedLookUp(): Promise<{
  counts: ReadonlyMap<string, number>;
  trace: readonly string[];
}> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const trace = await lookUp();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const counts = new Map<string, number>();
  for (const { url, functions } of result) {
    const file = url.split('/packages/')[1];
    if (file === undefined) continue;
    for (const { functionName, ranges } of functions) {
      // Methods of several classes may share a name: their calls are added up.
      const key = `${file} ${functionName}`;
      counts.set(key, (counts.get(key) ?? 0) + (ranges[0]?.count ?? 0));
    }
  }
  return { counts, trace };
}

async function lookUp(): Promise<readonly string[]> {
  const { parseCommandLine } = await import('../packages/cli/src/table/parse.ts');
  const parsed = parseCommandLine(['lookup', 'app', 'demo']);
  assert.ok(parsed.kind === 'command');
  const { SecretService } = await import('../packages/secret-service/src/index.ts');
  const { SecretServiceKeyring } = await import('../packages/cli/src/keyring/secret-service.ts');
  const { writeOutput } = await import('../packages/cli/src/io/terminal/output.ts');
  const trace: string[] = [];
  const service = SecretService.open({ trace: (line) => trace.push(line) });
  const opened = new SecretServiceKeyring(service, {
    signal: new AbortController().signal,
    whileWaiting: (operation) => operation,
  });
  const secret = await opened.lookup(parsed.invocation.attributes, {});
  assert.equal(new TextDecoder().decode(secret?.bytes), SECRET);
  await opened.close();
  await writeOutput([
    { stream: 'stdout', bytes: secret?.bytes ?? new Uint8Array() },
    { stream: 'stdout', bytes: new TextEncoder().encode('\n') },
  ]);
  assert.ok(secret?.bytes.every((byte) => byte === 0));
  return trace;
}

function stageLine([file, name, what]: Stage, counts: ReadonlyMap<string, number>): string {
  const count = counts.get(`${file} ${name}`) ?? 0;
  assert.ok(count > 0, `packages/${file}: expected ${name} to run, and it did not`);
  const place = `packages/${file}:${lineOf(file, name)}`;
  const times = count === 1 ? '' : `  (${count} times)`;
  return `  ${place.padEnd(58)} ${name.padEnd(18)} ${what}${times}`;
}

/** The line that declares a function or a method. */
function lineOf(file: string, name: string): number {
  const lines = readFileSync(path.join(root, 'packages', file), 'utf8').split('\n');
  const declared = new RegExp(
    `^(?:export )?(?:async )?function ${name}\\b|^ {2}(?:static |async )*${name}[(<]`,
    'u',
  );
  const index = lines.findIndex((line) => declared.test(line));
  assert.ok(index >= 0, `packages/${file}: expected it to declare ${name}`);
  return index + 1;
}
