import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { formatOwner, holderOf, type OwnerRecord, parseOwner } from '../src/owner-record.ts';

const owner: OwnerRecord = {
  pid: 4321,
  program: 'keywire.cjs',
  host: 'laptop',
  startTicks: '276601',
  bootId: 'b39824ea-ae63-4bcc-89de-4d8703e08325',
  namespaces: 'pid:[4026531836] time:[4026531834]',
  nonce: '0123456789abcdef0123456789abcdef',
};

test('a record begins with the line that MSAL writes and reads back', () => {
  const text = formatOwner(owner);
  assert.ok(text.startsWith('4321 keywire.cjs\n'));
  assert.deepEqual({ ...parseOwner(text) }, owner);
  assert.deepEqual(holderOf(text), { pid: 4321, program: 'keywire.cjs', host: 'laptop' });
});

test('records of odd but possible owners read back', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat({ max: 2 ** 22 - 1 }), (program, host, pid) => {
      const odd = { ...owner, program, host, pid: pid + 1, startTicks: '', bootId: '' };
      const parsed = parseOwner(formatOwner(odd));
      assert.equal(parsed?.nonce, owner.nonce);
      assert.equal(parsed?.pid, pid + 1);
      assert.equal(parsed?.program, program.replaceAll(/[\r\n]+/gu, ' '));
    }),
  );
});

test('a name cannot smuggle in a line', () => {
  const text = formatOwner({ ...owner, program: 'a\nnonce=ffffffffffffffffffffffffffffffff' });
  assert.equal(parseOwner(text)?.nonce, owner.nonce);
  assert.equal(parseOwner(text)?.program, 'a nonce=ffffffffffffffffffffffffffffffff');
});

test('anything but exactly one record is none', () => {
  const text = formatOwner(owner);
  const others = [
    '',
    '\n',
    text.slice(0, -1),
    `${text}\n`,
    ` ${text}`,
    `0${text}`,
    text.replace('4321', '0'),
    text.replace('4321', '-1'),
    text.replace('4321', '99999999999'),
    text.replace('keywire-lock 1', 'keywire-lock 2'),
    text.replace('nonce=0', 'nonce=A'),
    text.replace('start=2', 'start=x'),
    text.replace('host=laptop\n', ''),
    text.replaceAll('\n', '\r\n'),
  ];
  for (const other of others) assert.equal(parseOwner(other), undefined, JSON.stringify(other));
  for (let length = 0; length < text.length; length += 1) {
    assert.equal(parseOwner(text.slice(0, length)), undefined);
  }
});

test('the holder of a lock of another kind is named as well as it can be', () => {
  assert.deepEqual(holderOf('123 /usr/bin/az'), { pid: 123, program: '/usr/bin/az' });
  assert.deepEqual(holderOf('123'), { pid: 123 });
  assert.deepEqual(holderOf('123\nmore'), { pid: 123 });
  for (const text of ['', 'az 123', 'az 123 az', '0', '-5', '\0\0'])
    assert.deepEqual(holderOf(text), {});
});
