import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SentAheadHandshake } from '../../src/sasl/sent-ahead.ts';

const GUID = '0123456789abcdef0123456789abcdef';
const MESSAGES = 'l\x02\x01\x01 and more';

function start() {
  const events: string[] = [];
  const failures: unknown[] = [];
  const handshake = new SentAheadHandshake({
    send: () => assert.fail('everything has been said'),
    accepted: (guid, begin) => events.push(`accepted ${guid}${begin ?? ''}`),
    received: (chunk) => events.push(new TextDecoder('latin1').decode(chunk)),
    failed: (error) => failures.push(error),
  });
  const feed = (text: string): void => handshake.feed(new TextEncoder().encode(text));
  return { handshake, events, failures, feed };
}

/** All that was told, with the messages in one piece. */
function told(feeds: readonly string[]): readonly string[] {
  const { events, failures, feed } = start();
  for (const each of feeds) feed(each);
  assert.deepEqual(failures, []);
  const [accepted = '', ...received] = events;
  return [accepted, received.join('')];
}

// @rule sasl/leading-nul
test('sent ahead: the whole opening', () => {
  const { handshake } = start();
  const text = new TextDecoder().decode(handshake.firstBytes());
  assert.equal(text, '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n');
});

// @rule sasl/empty-challenge
// @rule sasl/bytes-after-ok
// @rule sasl/ok-without-question
// @rule sasl/guid-form
for (const { name, answer } of [
  { name: 'asked, then accepted', answer: `DATA\r\nOK ${GUID}\r\n${MESSAGES}` },
  { name: 'a guid in capitals', answer: `DATA \r\nOK ${GUID.toUpperCase()}\r\n${MESSAGES}` },
  { name: 'accepted unasked', answer: `OK ${GUID}\r\n${MESSAGES}` },
  {
    name: 'accepted unasked, and what we said is not understood',
    answer: `OK ${GUID}\r\nERROR "no DATA expected"\r\n${MESSAGES}`,
  },
  { name: 'the shortest error', answer: `OK ${GUID}\r\nERROR\r\n${MESSAGES}` },
]) {
  test(`sent ahead: ${name}, whole and byte by byte`, () => {
    assert.deepEqual(told([answer]), [`accepted ${GUID}`, MESSAGES]);
    assert.deepEqual(told([...answer]), [`accepted ${GUID}`, MESSAGES]);
  });
}

test('sent ahead: acceptance is told at once, also where no question was put', () => {
  const { events, feed } = start();
  feed(`OK ${GUID}\r\n`);
  assert.deepEqual(events, [`accepted ${GUID}`]);
});

test('sent ahead: what is neither an error nor a message is left to the parser to refuse', () => {
  for (const nonsense of [
    'EXTRA\r\n',
    'ERRO\r\n',
    'REJECTED EXTERNAL\r\n',
    `ERROR ${'x'.repeat(2000)}`,
  ]) {
    assert.deepEqual(told([`OK ${GUID}\r\n`, nonsense]), [`accepted ${GUID}`, nonsense]);
  }
  // One line at most, and only where no question was put.
  const twice = `ERROR\r\nERROR\r\n`;
  assert.deepEqual(told([`OK ${GUID}\r\n${twice}`])[1], 'ERROR\r\n');
  assert.deepEqual(told([`DATA\r\nOK ${GUID}\r\nERROR\r\n`])[1], 'ERROR\r\n');
});

test('sent ahead: everything else is a refusal, told once', () => {
  for (const answer of [
    'REJECTED EXTERNAL\r\n',
    'ERROR\r\n',
    'DATA 01\r\n',
    'DATA\r\nDATA\r\n',
    'OK\r\n',
    `OK ${GUID}0\r\n`,
    `DATA\r\nOK no\r\n`,
    'GREETINGS\r\n',
    `DATA\r\nREJECTED\r\nOK ${GUID}\r\n`,
    'x'.repeat(20_000),
    `DATA\r\nOK ${GUID}${' '.repeat(2_000)}\r\n`,
    'DATA\n',
    `ok ${GUID}\r\n`,
  ]) {
    const { events, failures, feed } = start();
    feed(answer);
    assert.deepEqual(events, [], answer);
    feed(answer);
    assert.deepEqual(failures, [undefined], answer);
  }
});

test('sent ahead: an answer of 1023 bytes may go on, one of 1024 is none', () => {
  const { feed, failures } = start();
  feed('x'.repeat(1023));
  assert.deepEqual(failures, []);
  feed('x');
  assert.deepEqual(failures, [undefined]);
});

test('sent ahead: messages behind the acceptance are lent, and wiped in our copy', () => {
  const lent: Uint8Array[] = [];
  const handshake = new SentAheadHandshake({
    send: () => assert.fail('everything has been said'),
    accepted: () => {},
    received: (chunk) => lent.push(chunk),
    failed: () => assert.fail('accepted'),
  });
  handshake.feed(new TextEncoder().encode(`DATA\r\nOK ${GUID}\r\nsecret`));
  assert.deepEqual(lent, [new Uint8Array(6)]);
});

test('sent ahead: hanging up without a word is a refusal', () => {
  const { handshake, events, failures, feed } = start();
  feed('DATA\r\n');
  handshake.hungUp();
  assert.deepEqual([events, failures], [[], [undefined]]);
});
