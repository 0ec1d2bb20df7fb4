import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { isWireError } from '../src/errors.ts';
import { NAME_FIELDS, type NameField } from '../src/header-fields.ts';
import { Reader } from '../src/reader.ts';
import {
  readHeaderPath,
  readKey,
  readName,
  readPath,
  readPathKey,
  readSignature,
  readSignatureText,
  readString,
} from '../src/text-reader.ts';

type ReadText = (r: Reader, little: boolean) => string;

const refusal = (code: string) => (error: unknown) => isWireError(error) && error.code === code;

/** The text as a message holds it, in a reader. */
function textOf(bytes: Uint8Array | string, terminator = 0): Reader {
  const text = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const whole = new Uint8Array(text.length + 5);
  new DataView(whole.buffer).setUint32(0, text.length, true);
  whole.set(text, 4);
  whole[text.length + 4] = terminator;
  const r = new Reader();
  r.load(whole, 0, whole.length);
  return r;
}

function fieldOf(slot: NameField['slot']): NameField {
  const field = NAME_FIELDS.find((each) => each.slot === slot);
  assert.ok(field);
  return field;
}

function shared(r: Reader): Reader {
  r.sharesText = true;
  return r;
}

const STRINGS: readonly ReadText[] = [
  readString,
  (r, little) => readString(shared(r), little),
  readKey,
];
const PATHS: readonly ReadText[] = [
  readPath,
  (r, little) => readPath(shared(r), little),
  readPathKey,
  readHeaderPath,
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
    for (const text of [...texts, ...texts]) assert.equal(read(textOf(text), true), text);
  }
});

// @rule wire/string-not-terminated
// @rule wire/string-contains-nul
// @rule wire/string-not-utf8
test('a string without terminator, with a NUL or not UTF-8 is refused by every reader', () => {
  for (const read of STRINGS) {
    assert.throws(() => read(textOf('abcdefgh', 1), true), refusal('string-not-terminated'));
    assert.throws(() => read(textOf('abcd\0fgh'), true), refusal('string-contains-nul'));
    assert.throws(() => read(textOf('é\0'), true), refusal('string-contains-nul'));
    assert.throws(() => read(textOf(Uint8Array.of(0x61, 0xff)), true), refusal('string-not-utf8'));
  }
});

// @rule wire/value-truncated
test('a text that reaches past the end is refused', () => {
  for (const read of [...STRINGS, ...PATHS]) {
    const r = textOf('/abc');
    r.end -= 1;
    assert.throws(() => read(r, true), refusal('value-truncated'));
    assert.throws(() => read(textOf('/abc'), false), refusal('value-truncated'));
  }
});

// @rule wire/object-path-invalid
test('object paths, first and again', () => {
  for (const read of PATHS) {
    for (const path of ['/', '/a', '/org/freedesktop/secrets', '/', '/org/freedesktop/secrets']) {
      assert.equal(read(textOf(path), true), path);
    }
    for (const bad of ['', 'a', '/a/', '//', '/a-', '/é']) {
      assert.throws(() => read(textOf(bad), true), refusal('object-path-invalid'));
    }
  }
});

// @rule wire/local-path
test('the reserved path is a value like others, but not the path of a header', () => {
  const local = '/org/freedesktop/DBus/Local';
  assert.equal(readPath(textOf(local), true), local);
  assert.equal(readPathKey(textOf(local), true), local);
  assert.throws(() => readHeaderPath(textOf(local), true), refusal('local-path'));
  assert.throws(() => readHeaderPath(textOf(`${local}s`), true), refusal('local-path'));
});

// @rule wire/interface-invalid
// @rule wire/member-invalid
// @rule wire/error-name-invalid
// @rule wire/destination-invalid
// @rule wire/sender-invalid
test('each name of a header has its grammar, and its own code when it breaks it', () => {
  const good = {
    interface: 'a.b',
    member: 'Get',
    errorName: 'a.b',
    destination: ':1.5',
    sender: 'a.b-c',
  };
  for (const field of NAME_FIELDS) {
    const name = good[field.slot];
    assert.equal(readName(textOf(name), true, field), name);
    assert.equal(readName(textOf(name), true, field), name);
    assert.throws(() => readName(textOf('1'), true, field), refusal(field.fault));
    assert.throws(() => readName(textOf('é.é'), true, field), refusal(field.fault));
  }
});

// @rule wire/local-interface
test('the reserved interface is refused, also after it was a bus name', () => {
  const local = 'org.freedesktop.DBus.Local';
  assert.equal(readName(textOf(local), true, fieldOf('sender')), local);
  for (const name of [local, `${local}.x`]) {
    assert.throws(
      () => readName(textOf(name), true, fieldOf('interface')),
      refusal('local-interface'),
    );
  }
});

test('bytes that came as a signature are checked like others when they come as a key', () => {
  for (const bytes of [Uint8Array.of(0x61, 0, 0x62), new TextEncoder().encode('éé')]) {
    const r = new Reader();
    r.load(Uint8Array.from([bytes.length, ...bytes, 0]), 0, bytes.length + 2);
    readSignatureText(r);
  }
  assert.throws(() => readKey(textOf('a\0b'), true), refusal('string-contains-nul'));
  assert.equal(readKey(textOf('éé'), true), 'éé');
});

test('signatures: the text alone, or with its grammar', () => {
  const signatureOf = (text: string, terminator = 0): Reader => {
    const bytes = new TextEncoder().encode(text);
    const r = new Reader();
    r.load(Uint8Array.from([bytes.length, ...bytes, terminator]), 0, bytes.length + 2);
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
