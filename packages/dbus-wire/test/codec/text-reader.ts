import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { marshalSlowly } from '../../../../test-fixtures/src/slow-reference/marshal.ts';
import { HEADER_FIELDS, type TextField } from '../../src/codec/header-fields.ts';
import { marshal } from '../../src/codec/marshal.ts';
import { Reader } from '../../src/codec/reader.ts';
import {
  readHeaderText,
  readKey,
  readPath,
  readPathKey,
  readSignature,
  readSignatureText,
  readString,
} from '../../src/codec/text-reader.ts';
import { unmarshal } from '../../src/codec/unmarshal.ts';
import { isWireError } from '../../src/codec/wire-error.ts';

type ReadText = (r: Reader) => string;

const refusal = (code: string, offset?: number) => (error: unknown) =>
  isWireError(error) && error.code === code && (offset === undefined || error.offset === offset);

/** The text as a message holds it, in a reader. */
function textOf(bytes: Uint8Array | string, terminator = 0): Reader {
  const text = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const whole = new Uint8Array(text.length + 5);
  new DataView(whole.buffer).setUint32(0, text.length, true);
  whole.set(text, 4);
  whole[text.length + 4] = terminator;
  const r = new Reader();
  r.load(whole, 0, whole.length, true, false);
  return r;
}

const TEXT_FIELDS = HEADER_FIELDS.filter(
  (field): field is TextField => field !== undefined && 'accepts' in field,
);

function fieldOf(slot: TextField['slot']): TextField {
  const field = TEXT_FIELDS.find((each) => each.slot === slot);
  assert.ok(field);
  return field;
}

function shared(r: Reader): Reader {
  r.shareTo = r.end;
  return r;
}

const STRINGS: readonly ReadText[] = [readString, (r) => readString(shared(r)), readKey];
const PATHS: readonly ReadText[] = [
  readPath,
  (r) => readPath(shared(r)),
  readPathKey,
  (r) => readHeaderText(r, fieldOf('path')),
];

test('strings of every length and kind, first and again', () => {
  const texts = [
    'é',
    '日本',
    'a😀',
    '\ufeffx',
    ...Array.from({ length: 70 }, (_, i) => 'x'.repeat(i)),
  ];
  for (const read of STRINGS) {
    for (const text of [...texts, ...texts]) assert.equal(read(textOf(text)), text);
  }
});

test('strings that come again, and others of their length, are told apart and forgotten', () => {
  const texts = ['hunter2', 'hunter2', 'hunter3', 'hunter2', 'hunter', 'hunter', '', ''];
  const bytes = marshalSlowly('s'.repeat(texts.length), texts, true);
  const r = new Reader();
  for (let round = 0; round < 2; round += 1) {
    r.load(bytes, 0, bytes.length, true, false);
    assert.deepEqual(
      texts.map(() => readString(r)),
      texts,
    );
    r.unload(true);
    assert.equal(r.last, '');
  }
});

test('what one message said proves nothing for the next', () => {
  const path = '/aaaa/bbbb/cccc';
  assert.deepEqual(unmarshal('o', marshal('o', [path])), [path]);
  // Where the path lay is now the same text twice, which is none.
  const wrong = marshal('ss', ['aaaa//bbbb//cccc', 'aaaa//bbbb//cccc']);
  assert.throws(() => unmarshal('so', wrong), refusal('object-path-invalid'));
});

test('what lies elsewhere in a message proves nothing for a path', () => {
  const words = [0x6161_2f2f, 0x6161_2f2f, 0x6161_2f2f] as const;
  // The numbers are the text of the second path, which is none.
  const text = 'aaa/bbbb/cccc';
  const wrong = marshal('uuuss', [...words, `/${text}`, '//aa//aa//aa/b']);
  assert.throws(() => unmarshal('uuuoo', wrong), refusal('object-path-invalid'));
  const right = marshal('uuuss', [...words, `/${text}`, `/${text}/d`]);
  assert.deepEqual(unmarshal('uuuoo', right), [...words, `/${text}`, `/${text}/d`]);
});

test('a signature that is refused is told by its offset', () => {
  const unknown = Uint8Array.of(7, 2, 0x79, 0x7a, 0);
  assert.throws(() => unmarshal('yg', unknown), refusal('signature-type-unknown', 3));
  const endless = Uint8Array.of(7, 9, 0x79, 0x79, 0);
  assert.throws(() => unmarshal('yg', endless), refusal('value-truncated', 1));
});

test('a shared string reaches no further than texts may share one', () => {
  const bytes = marshalSlowly('ssay', ['abc', 'def', [0x41, 0x42, 0x43]], true);
  const r = new Reader();
  r.load(bytes, 0, bytes.length, true, false);
  r.shareTo = 16;
  assert.deepEqual([readString(r), readString(r)], ['abc', 'def']);
  assert.equal(r.sharedText, 'abc\0\x03\0\0\0def\0');
  r.unload(true);
  assert.equal(r.sharedText, '');
});

// @rule wire/string-not-terminated
// @rule wire/string-contains-nul
// @rule wire/string-not-utf8
test('a string without terminator, with a NUL or not UTF-8 is refused by every reader', () => {
  for (const read of STRINGS) {
    assert.throws(() => read(textOf('abcdefgh', 1)), refusal('string-not-terminated'));
    assert.throws(() => read(textOf('abcd\0fgh')), refusal('string-contains-nul'));
    assert.throws(() => read(textOf('é\0')), refusal('string-contains-nul'));
    assert.throws(() => read(textOf(Uint8Array.of(0x61, 0xff))), refusal('string-not-utf8'));
  }
});

// @rule wire/value-truncated
test('a text that reaches past the end is refused', () => {
  for (const read of [...STRINGS, ...PATHS]) {
    const r = textOf('/abc');
    r.end -= 1;
    assert.throws(() => read(r), refusal('value-truncated'));
    const big = textOf('/abc');
    big.little = false;
    assert.throws(() => read(big), refusal('value-truncated'));
  }
});

// @rule wire/object-path-invalid
test('object paths, first and again', () => {
  for (const read of PATHS) {
    for (const path of ['/', '/a', '/org/freedesktop/secrets', '/', '/org/freedesktop/secrets']) {
      assert.equal(read(textOf(path)), path);
    }
    for (const bad of ['', 'a', '/a/', '//', '/a-', '/é']) {
      assert.throws(() => read(textOf(bad)), refusal('object-path-invalid'));
    }
  }
});

// @rule wire/local-path
test('the reserved path is a value like others, but not the path of a header', () => {
  const local = '/org/freedesktop/DBus/Local';
  assert.equal(readPath(textOf(local)), local);
  assert.equal(readPathKey(textOf(local)), local);
  assert.throws(() => readHeaderText(textOf(local), fieldOf('path')), refusal('local-path'));
  assert.throws(() => readHeaderText(textOf(`${local}s`), fieldOf('path')), refusal('local-path'));
});

// @rule wire/interface-invalid
// @rule wire/member-invalid
// @rule wire/error-name-invalid
// @rule wire/destination-invalid
// @rule wire/sender-invalid
test('each text of a header has its grammar, and its own code when it breaks it', () => {
  const good = {
    path: '/a',
    interface: 'a.b',
    member: 'Get',
    errorName: 'a.b',
    destination: ':1.5',
    sender: 'a.b-c',
  };
  for (const field of TEXT_FIELDS) {
    const name = good[field.slot];
    assert.equal(readHeaderText(textOf(name), field), name);
    assert.equal(readHeaderText(textOf(name), field), name);
    assert.throws(() => readHeaderText(textOf('1'), field), refusal(field.fault));
    assert.throws(() => readHeaderText(textOf('é.é'), field), refusal(field.fault));
  }
});

// @rule wire/local-interface
test('the reserved interface is refused, also after it was a bus name', () => {
  const local = 'org.freedesktop.DBus.Local';
  assert.equal(readHeaderText(textOf(local), fieldOf('sender')), local);
  for (const name of [local, `${local}.x`]) {
    assert.throws(
      () => readHeaderText(textOf(name), fieldOf('interface')),
      refusal('local-interface'),
    );
  }
});

test('bytes that came as a signature are checked like others when they come as a key', () => {
  for (const bytes of [Uint8Array.of(0x61, 0, 0x62), new TextEncoder().encode('éé')]) {
    const r = new Reader();
    r.load(Uint8Array.from([bytes.length, ...bytes, 0]), 0, bytes.length + 2, true, false);
    readSignatureText(r);
  }
  assert.throws(() => readKey(textOf('a\0b')), refusal('string-contains-nul'));
  assert.equal(readKey(textOf('éé')), 'éé');
});

test('signatures: the text alone, or with its grammar', () => {
  const signatureOf = (text: string, terminator = 0): Reader => {
    const bytes = new TextEncoder().encode(text);
    const r = new Reader();
    r.load(Uint8Array.from([bytes.length, ...bytes, terminator]), 0, bytes.length + 2, true, false);
    return r;
  };
  for (const text of ['', 'y', 'ai', 'a{sv}', 'a{sv}']) {
    assert.equal(readSignature(signatureOf(text)), text);
    assert.equal(readSignatureText(signatureOf(text)), text);
  }
  assert.equal(readSignatureText(signatureOf('zzz')), 'zzz');
  assert.throws(() => readSignature(signatureOf('zzz')), refusal('signature-type-unknown'));
  assert.throws(() => readSignature(signatureOf('i', 1)), refusal('string-not-terminated'));
  const r = signatureOf('i');
  r.end -= 1;
  assert.throws(() => readSignature(r), refusal('value-truncated'));
});
