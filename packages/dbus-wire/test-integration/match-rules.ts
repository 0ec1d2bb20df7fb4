/** Match rules as dbus-daemon itself reads and applies them. */
import assert from 'node:assert/strict';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { Random } from '../../../test-fixtures/src/libdbus/random.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import type { MessageInit } from '../src/codec/message.ts';
import { matches } from '../src/connection/match-evaluation.ts';
import { formatMatchRule, type MatchRule, parseMatchRule } from '../src/connection/match-rule.ts';
import { isConnectionError } from '../src/connection-error.ts';
import { RawPeer } from './support/raw-peer.ts';

const missing = requires('dbus-daemon');

const PIECES = [
  "type='signal'",
  "type='error'",
  'type=signal',
  "type='x'",
  "sender='a.b'",
  "sender=':1.2'",
  "sender='a'",
  "interface='a.b'",
  "interface='a'",
  "member='M'",
  "member='a.b'",
  "path='/a'",
  "path='/a/'",
  "path_namespace='/a'",
  "path_namespace='/'",
  "destination=':1.2'",
  "eavesdrop='true'",
  "eavesdrop='false'",
  "eavesdrop='x'",
  "arg0='x'",
  "arg63='x'",
  "arg64='x'",
  "arg1path='/a/'",
  "arg0namespace='a.b'",
  "arg0namespace='a'",
  "arg1namespace='a'",
  "arg2='it'\\''s'",
  "arg3='\\'",
  'arg4=\\',
  "arg5='a,b'",
  'arg6=a b ',
  "arg7='",
  'arg8',
  '=x',
  "unknown='x'",
  '',
  ' ',
  "arg9=''",
  "arg0path=''",
  "sender=''",
] as const;

/** Meant: behind an empty key dbus-daemon reads no further, and what it ignores widens the rule. */
const STRICTER = /(?:^|,)\s*=/;

if (missing !== undefined) test.skip('match rules as dbus-daemon reads them', missing);
else {
  // @rule match/key-value
  test('match rules: what dbus-daemon accepts, and nothing else', async () => {
    await using bus = await bootBus();
    await using peer = await RawPeer.connect(bus.address);
    const random = new Random(7);
    const texts = Array.from({ length: 1_500 }, () => makeRule(random));
    let accepted = 0;
    for (const text of new Set([...PIECES, ...texts])) {
      if (STRICTER.test(text)) continue;
      const answer = await peer.ask('AddMatch', 's', [text]);
      const isAccepted = answer.type === 'method_return';
      assert.equal(isAcceptedByUs(text), isAccepted, JSON.stringify(text));
      if (!isAccepted) continue;
      accepted++;
      await peer.ask('RemoveMatch', 's', [text]);
      // What we make of it means the same: the bus can take it back by our text.
      await peer.ask('AddMatch', 's', [text]);
      const ours = formatMatchRule(parseMatchRule(text));
      const removed = await peer.ask('RemoveMatch', 's', [ours]);
      assert.equal(removed.type, 'method_return', `${text} is not ${ours}`);
    }
    assert.ok(accepted > 200, `${accepted} accepted`);
  });

  // @rule match/key-count
  // @rule match/length
  test('match rules: what dbus-daemon ignores or refuses for its size', async () => {
    await using bus = await bootBus();
    await using peer = await RawPeer.connect(bus.address);
    const args = (count: number): string =>
      Array.from({ length: count }, (_, index) => `arg${index}='x'`).join(',');
    // The seventeenth key is not read: the rule can be taken back without it.
    assert.equal((await peer.ask('AddMatch', 's', [args(17)])).type, 'method_return');
    assert.equal((await peer.ask('RemoveMatch', 's', [args(16)])).type, 'method_return');
    assert.equal(isAcceptedByUs(args(16)), true);
    assert.equal(isAcceptedByUs(args(17)), false);
    for (const { bytes, type } of [
      { bytes: 1024, type: 'method_return' },
      { bytes: 1025, type: 'error' },
    ]) {
      const text = `arg0='${'a'.repeat(bytes - "arg0=''".length)}'`;
      assert.equal((await peer.ask('AddMatch', 's', [text])).type, type);
      assert.equal(isAcceptedByUs(text), type === 'method_return');
    }
  });

  test('match rules: what dbus-daemon delivers, and nothing else, matches', async () => {
    await using bus = await bootBus();
    await using sender = await RawPeer.connect(bus.address);
    await using receiver = await RawPeer.connect(bus.address);
    await sender.ask('RequestName', 'su', ['org.example.Name', 4]);
    const owns = (unique: string, name: string): boolean =>
      unique === sender.uniqueName && name === 'org.example.Name';
    let delivered = 0;
    for (const rule of RULES) {
      const text = formatMatchRule(rule);
      assert.equal((await receiver.ask('AddMatch', 's', [text])).type, 'method_return', text);
      for (const [index, signal] of SIGNALS.entries()) {
        receiver.received.length = 0;
        sender.send(signal);
        await sender.flushed();
        await receiver.flushed();
        const got = receiver.received.filter(({ sender: from }) => from === sender.uniqueName);
        const message = { ...signal, sender: sender.uniqueName };
        assert.equal(matches(rule, message, owns), got.length === 1, `${text}, signal ${index}`);
        delivered += got.length;
      }
      await receiver.ask('RemoveMatch', 's', [text]);
    }
    assert.ok(delivered > 30, `${delivered} delivered`);
  });
}

const BASE = { type: 'signal', path: '/a/b', interface: 'x.y', member: 'M' } as const;

const SIGNALS: readonly Omit<MessageInit, 'serial'>[] = [
  BASE,
  { ...BASE, path: '/' },
  { ...BASE, path: '/a' },
  { ...BASE, path: '/a/bc', member: 'N' },
  { ...BASE, interface: 'x.z', signature: 's', body: ['com.example.app'] },
  { ...BASE, signature: 's', body: ['com.example'] },
  { ...BASE, signature: 's', body: ['com.examples'] },
  { ...BASE, signature: 's', body: [''] },
  { ...BASE, signature: 'o', body: ['/k'] },
  { ...BASE, signature: 's', body: ['/k/'] },
  { ...BASE, signature: 's', body: ['/k/l'] },
  { ...BASE, signature: 'o', body: ['/k/l/m'] },
  { ...BASE, signature: 'us', body: [1, 'x'] },
  { ...BASE, signature: 'ass', body: [['com.example'], 'x'] },
];

const RULES: readonly MatchRule[] = [
  {},
  { type: 'signal' },
  { type: 'method_call' },
  { interface: 'x.y' },
  { member: 'N' },
  { path: '/a/b' },
  { pathNamespace: '/a/b' },
  { pathNamespace: '/a' },
  { sender: 'org.example.Name' },
  { sender: 'org.example.Other' },
  { arg0: 'com.example' },
  { arg0: '' },
  { arg0namespace: 'com.example' },
  { arg0path: '/k/' },
  { arg0path: '/k/l' },
  { arg0path: '/k/l/' },
  { arg0path: '/' },
  { arg1: 'x' },
  { arg1path: 'x' },
  { interface: 'x.y', arg0path: '/k/l/m' },
];

function makeRule(random: Random): string {
  const count = 1 + random.below(4);
  const separators = [',', ',', ',', ', ', ' ,', ',,', ''];
  let text = '';
  for (let index = 0; index < count; index++) {
    if (index > 0) text += separators[random.below(separators.length)];
    text += PIECES[random.below(PIECES.length)];
  }
  return random.below(8) === 0 ? `${text},` : text;
}

function isAcceptedByUs(text: string): boolean {
  try {
    parseMatchRule(text);
    return true;
  } catch (error) {
    if (isConnectionError(error)) return false;
    throw error;
  }
}
