// A scripted daemon's half of encrypted sessions: every one is canonical, so that none is replaced
// for what only one in 256 is.

import assert from 'node:assert/strict';
import { agreeKey, generateKeyPair } from '@keywire/crypto-session';
import { type CallOptions, Variant } from '@keywire/dbus-wire';
import { type Answer, SERVICE } from './scripted-daemon.ts';

/** The script for `OpenSession`, and the keys that were agreed on, by session path. */
export function encryptedSessions() {
  const keys = new Map<string, Uint8Array>();
  const OpenSession = (call: CallOptions): Answer => {
    const input = call.body?.[1];
    assert.ok(input instanceof Variant && input.value instanceof Uint8Array);
    for (;;) {
      const { privateKey, publicKey } = generateKeyPair();
      const { key, isCanonical } = agreeKey(privateKey, input.value);
      if (!isCanonical) continue;
      const path = `${SERVICE}/session/x${keys.size + 1}`;
      keys.set(path, key);
      return ['vo', new Variant('ay', publicKey), path];
    }
  };
  return { keys, OpenSession };
}
