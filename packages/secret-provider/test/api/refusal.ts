import assert from 'node:assert/strict';
import { isErrorName } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  invalidArgs,
  isLocked,
  noSession,
  noSuchObject,
  notSupported,
  Refusal,
} from '../../src/api/refusal.ts';

test('each refusal has a valid error name and a text', () => {
  for (const refusal of [
    isLocked(),
    noSession(),
    noSuchObject('/x'),
    invalidArgs('text'),
    notSupported('text'),
    new Refusal('wrong-signature', 'text'),
  ]) {
    const reply = refusal.toReply({});
    assert.ok(isErrorName(reply.errorName));
    assert.ok(reply.message.length > reply.errorName.length);
  }
});

test('a style changes names and drops texts', () => {
  const names = { 'is-locked': 'a.b.Locked' };
  assert.equal(isLocked().toReply({ mute: new Set(['is-locked']), names }).message, 'a.b.Locked');
  assert.equal(noSession().toReply({ names }).errorName, 'org.freedesktop.Secret.Error.NoSession');
});

// @rule connection/short-error-text
test('what a client made too long is cut, never within a character', () => {
  for (const filling of ['x', '\u{1f511}']) {
    const { message } = noSuchObject(`/${filling.repeat(1_000_000)}`).toReply({});
    assert.ok(message.length < 1_200);
    assert.match(message, /… \(cut, of \d+ characters\)$/u);
    assert.doesNotMatch(message, /\p{Surrogate}/u);
  }
});
