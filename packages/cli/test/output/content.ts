import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeText, secretAsJson } from '../../src/output/content.ts';

test('decodeText: UTF-8 with its byte order mark, nothing else', () => {
  assert.equal(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
  assert.equal(decodeText(new Uint8Array()), '');
  assert.equal(decodeText(Uint8Array.of(0x61, 0xff)), undefined);
});

test('secretAsJson: text as text, other bytes or a request as base64', () => {
  const contentType = 'text/plain';
  const asText = { bytes: new TextEncoder().encode('ü'), contentType };
  assert.deepEqual(secretAsJson(asText, false), { secret: 'ü', contentType });
  assert.deepEqual(secretAsJson(asText, true), { secretBase64: 'w7w=', contentType });
  const binary = { bytes: Uint8Array.of(0xff), contentType };
  assert.deepEqual(secretAsJson(binary, false), { secretBase64: '/w==', contentType });
});
