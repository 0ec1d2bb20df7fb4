// What a program pays the first time: loading a library, one message encoded, one reply decoded.
// Arguments: library, the file with the reply's bytes. Prints WALL_MS CPU_MS.
// Plain JavaScript, so that no loader hook is in the way.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(import.meta.url);
const [library, replyFile] = process.argv.slice(2);
const reply = readFileSync(replyFile);
const call = {
  serial: 5,
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
  member: 'SearchItems',
  destination: 'org.freedesktop.secrets',
  signature: 'a{ss}',
};
const attributes = { service: 'example.com', username: 'alice' };

const USES = {
  keywire: () => import('@keywire/dbus-wire').then(useKeywire),
  'keywire-bundled': () => useKeywire(require('../dist/first-use/keywire.cjs')),
  'dbus-next': () => {
    const { Message } = require('dbus-next');
    const codec = require('dbus-next/lib/marshall-compat.js');
    const { unmarshalMessages } = require('dbus-next/lib/message.js');
    codec.marshallMessage(new Message({ ...call, body: [attributes] }));
    unmarshalMessages(source(), (raw) => check(new Message(codec.messageToJsFmt(raw)).body), {});
  },
  'dbus-native': () => {
    require('dbus-native');
    const codec = require('dbus-native/lib/message.js');
    codec.marshall({ ...call, type: 1, body: [Object.entries(attributes)] });
    codec.unmarshalMessages(source(), (message) => check(message.body), {});
  },
};

const cpuBefore = process.cpuUsage();
const before = performance.now();
await USES[library]();
const wall = performance.now() - before;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(`${wall} ${(user + system) / 1000}`);

function useKeywire({ encodeMessage, decodeMessage }) {
  encodeMessage({ type: 'method_call', ...call, body: [attributes] });
  check(decodeMessage(reply).body);
}

function check(body) {
  if (body?.length !== 1) throw new Error(`${library}: one value expected`);
}

// The stream half that the older parsers pull their bytes from.
function source() {
  let at = 0;
  return {
    on: (event, listener) => {
      if (event === 'readable') listener();
    },
    read: (length) => {
      if (at + length > reply.length) return null;
      at += length;
      return reply.subarray(at - length, at);
    },
  };
}
