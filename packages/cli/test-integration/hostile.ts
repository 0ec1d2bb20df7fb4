/**
 * A bus or a daemon that sends nonsense, hangs up half-way or says nothing: one line, the right exit
 * code, no secret, and an end.
 */
import assert from 'node:assert/strict';
import { encodeMessage, type Message } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  afterLogin,
  answering,
  type Behaviour,
  helloReply,
  startHostileBus,
} from './support/hostile-bus.ts';
import { keywire } from './support/keywire.ts';

const SECRET = 'hunter2';

const BUS = 'org.freedesktop.DBus';
const DAEMON = ':1.9';

/** Answers GetNameOwner and the like truly, and everything else with this body. */
function daemonSaying(signature: string | undefined, body: readonly unknown[]): Behaviour {
  return answering((call) => busReply(call) ?? reply(call, DAEMON, signature, body));
}

function busReply(call: Message): Uint8Array | undefined {
  if (call.destination !== BUS) return undefined;
  if (call.member === 'GetNameOwner') return reply(call, BUS, 's', [DAEMON]);
  if (call.member === 'NameHasOwner') return reply(call, BUS, 'b', [true]);
  return helloReply(call) ?? reply(call, BUS, undefined, []);
}

function reply(
  call: Message,
  sender: string,
  signature: string | undefined,
  body: readonly unknown[],
): Uint8Array {
  return encodeMessage({
    type: 'method_return',
    serial: call.serial,
    replySerial: call.serial,
    sender,
    destination: ':1.5',
    ...(signature === undefined ? {} : { signature, body }),
  });
}

function refusal(call: Message, sender = DAEMON): Uint8Array {
  return encodeMessage({
    type: 'error',
    serial: call.serial,
    replySerial: call.serial,
    errorName: 'org.example.Error.Evil',
    sender,
    destination: ':1.5',
    signature: 's',
    body: [`evil\u001b[2J ${SECRET}\n    at stack`],
  });
}

const CASES: readonly (readonly [name: string, code: number, behaviour: Behaviour])[] = [
  ['hangs up at once', 5, (socket) => socket.destroy()],
  ['speaks another protocol', 5, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['rejects every mechanism', 5, (socket) => socket.end('REJECTED\r\n')],
  ['hangs up after the login', 5, afterLogin((socket) => socket.destroy())],
  ['sends nonsense after the login', 7, afterLogin((socket) => socket.end(Buffer.alloc(64, 0xff)))],
  [
    'stops in the middle of a message',
    5,
    answering((call) => {
      const hello = helloReply(call);
      return hello === undefined ? undefined : Buffer.concat([hello, Buffer.from('l')]);
    }),
  ],
  ['has a daemon that answers nothing', 7, daemonSaying(undefined, [])],
  ['has a daemon that answers numbers', 7, daemonSaying('u', [7])],
  ['has a daemon that answers paths for secrets', 7, daemonSaying('aoao', [[], ['/x']])],
  ['has a daemon that refuses everything', 7, answering((call) => busReply(call) ?? refusal(call))],
  ['says nothing', 5, () => {}],
  ['says nothing after the login', 5, afterLogin(() => {})],
];

for (const [name, code, behaviour] of CASES) {
  // @rule cli/silence-is-unavailable
  test(`a bus that ${name}: exit ${code}, one line`, async () => {
    await using bus = await startHostileBus(behaviour);
    for (const args of [
      ['lookup', '--timeout=1', 'app', 'demo'],
      ['store', '--timeout=1', '--label=L', 'app', 'demo'],
      ['get', '--timeout=1', 'app', 'demo'],
    ]) {
      const answer = await keywire(bus.env, args, { input: SECRET });
      assert.equal(answer.stdout, '');
      assert.match(answer.stderr, /^keywire: [^\n]+\n$/u);
      assert.ok(
        !answer.stderr.includes(SECRET) && !answer.stderr.includes('\u001b'),
        answer.stderr,
      );
      assert.equal(answer.code, code, `${args[0]}: ${answer.stderr}`);
    }
  });
}

test('doctor: a bus that tells nothing, or nothing of the keyring on it, is no end of it', async () => {
  const nothing = answering((call) => helloReply(call) ?? refusal(call, BUS));
  await using closed = await startHostileBus(nothing);
  const none = await keywire(closed.env, ['doctor']);
  assert.deepEqual([none.code, none.stderr], [5, '']);
  assert.match(none.stdout, /^Fault: The bus is there, and no keyring on it\.$/mu);

  const anonymous = answering((call) => {
    if (call.member === 'GetConnectionCredentials') return refusal(call, BUS);
    return busReply(call) ?? refusal(call);
  });
  await using guarded = await startHostileBus(anonymous);
  const some = await keywire(guarded.env, ['doctor']);
  assert.deepEqual([some.code, some.stderr], [5, '']);
  assert.match(some.stdout, /^Fault: The keyring owns its name and does not answer: /mu);
});
