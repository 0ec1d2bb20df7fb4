import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { printItem, textFormFor } from '../../src/output/found-items.ts';
import { Output } from '../../src/output/output.ts';
import type { FoundItem } from '../../src/types/items.ts';
import { FakeHost } from '../support/fake-host.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function item(secret: FoundItem['secret']): FoundItem {
  return {
    path: '/collection/test/7',
    label: 'a\u001b[1mlabel',
    attributes: new Map([
      ['app', 'demo'],
      ['xdg:schema', 'org.example.Foo'],
    ]),
    isLocked: secret === 'locked',
    created: 1,
    secret,
  };
}

function printed(host: FakeHost, found: FoundItem, asBase64 = false): Record<string, string> {
  const output = new Output();
  printItem(output, found, textFormFor(host, asBase64));
  const streams: Record<string, string> = { stdout: '', stderr: '' };
  for (const chunk of output.finish().output) {
    streams[chunk.stream] += new TextDecoder().decode(chunk.bytes);
  }
  return streams;
}

test('printItem: the lines of an item, its attributes on stderr', () => {
  const secret = { bytes: bytes('s3cret'), contentType: 'text/plain' };
  assert.deepEqual(printed(new FakeHost(), item(secret)), {
    stdout:
      '[/7]\nlabel = a\u001b[1mlabel\nsecret = s3cret\ncreated = 1970-01-01 00:00:01\nmodified = \nschema = org.example.Foo\n',
    stderr: 'attribute.app = demo\n',
  });
});

test('printItem: a withheld secret has no line, base64 and terminals have their own', () => {
  assert.doesNotMatch(printed(new FakeHost(), item('locked'))['stdout'] ?? '', /secret =/u);
  const secret = { bytes: bytes('s3cret'), contentType: 'text/plain' };
  assert.match(
    printed(new FakeHost(), item(secret), true)['stdout'] ?? '',
    /^secret = czNjcmV0$/mu,
  );
  assert.deepEqual([...secret.bytes], [0, 0, 0, 0, 0, 0]);
  const binary = { bytes: Uint8Array.of(0x61, 0x1b, 0xff), contentType: '' };
  assert.ok(
    printed(new FakeHost(), item(binary))['stdout']?.includes('\nsecret = a\u001b\ufffd\n'),
  );
  const terminal = new FakeHost({ terminals: ['stdout'] });
  const shownText =
    printed(terminal, item({ ...binary, bytes: bytes('ü\u001bb') }))['stdout'] ?? '';
  assert.match(shownText, /^secret = ü\\x1bb$/mu);
  const raw = { bytes: Uint8Array.of(0xff, 1), contentType: 'text/plain' };
  const shown = printed(terminal, item(raw))['stdout'] ?? '';
  assert.match(shown, /^label = a\\x1b\[1mlabel$/mu);
  assert.match(shown, /^secret = \(2 bytes that are no text\)$/mu);
});

// @rule cli/terminal-escapes
test('printItem: attributes are escaped where stderr is a terminal; no schema, no line', () => {
  const attributes = new Map([['a\u001b[2J', '\u202eb']]);
  const found = { ...item('locked'), attributes };
  const raw = printed(new FakeHost({ terminals: ['stdout'] }), found);
  assert.equal(raw['stderr'], 'attribute.a\u001b[2J = \u202eb\n');
  assert.doesNotMatch(raw['stdout'] ?? '', /schema/u);
  const escaped = printed(new FakeHost({ terminals: ['stderr'] }), found);
  assert.equal(escaped['stderr'], 'attribute.a\\x1b[2J = \\u202eb\n');
});
