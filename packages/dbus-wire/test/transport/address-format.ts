import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type AddressEntry, parseAddress } from '../../src/transport/address.ts';
import { formatAddressEntry } from '../../src/transport/address-format.ts';
import { throwsCode } from '../support/expect-error.ts';

test('addresses: formatting and parsing give the entry back', () => {
  const entry: AddressEntry = {
    transport: 'unix',
    parameters: new Map<string, string | Uint8Array>([
      ['path', '/a b;c,d=e%é'],
      ['raw', Uint8Array.of(0xff, 0x41)],
    ]),
  };
  assert.equal(formatAddressEntry(entry), 'unix:path=/a%20b%3bc%2cd%3de%25%c3%a9,raw=%ffA');
  assert.deepEqual(parseAddress(formatAddressEntry(entry)), [entry]);
  throwsCode(
    () => formatAddressEntry({ transport: 'unix', parameters: new Map([['path', '']]) }),
    'address-invalid',
  );
});

// @rule address/no-separator-in-names
test('address: what could not be read back is not written', () => {
  const value = new Map([['path', '/a']]);
  for (const transport of ['unix:path=/x;unix', 'un;ix', 'unix\0']) {
    assert.throws(() => formatAddressEntry({ transport, parameters: value }), {
      code: 'address-invalid',
    });
  }
  for (const [key, text] of [
    ['path=/x,y', '1'],
    ['a;b', '1'],
    ['a,b', '1'],
    ['', '1'],
    ['path', '\ud800'],
  ] as const) {
    const entry = { transport: 'unix', parameters: new Map([[key, text]]) };
    assert.throws(() => formatAddressEntry(entry), { code: 'address-invalid' });
  }
  for (const other of [undefined, null, 5, ['unix:path=/a']]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => parseAddress(other), /^TypeError: address: expected a string/);
  }
});

test('formatting: what is no entry is told', () => {
  const wrong: unknown[] = [null, 'unix:path=/a', {}, { transport: 'unix', parameters: {} }];
  for (const entry of wrong) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => formatAddressEntry(entry), /^TypeError: entry: expected/);
  }
});
