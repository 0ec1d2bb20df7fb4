import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { gitUrlAttributes, gitUrlOf } from '../src/git-url.ts';

test('a URL and its parts', () => {
  for (const [url, parts] of [
    ['https://example.org', { protocol: 'https', server: 'example.org' }],
    ['http://h:8080', { protocol: 'http', server: 'h', port: '8080' }],
    ['https://h/a/b.git', { protocol: 'https', server: 'h', object: 'a/b.git' }],
    ['https://h:1/ü?x=y', { protocol: 'https', server: 'h', port: '1', object: 'ü?x=y' }],
    ['cert:///etc/key.pem', { protocol: 'cert', server: '', object: 'etc/key.pem' }],
  ] as const) {
    const attributes = gitUrlAttributes(url);
    assert.deepEqual(Object.fromEntries(attributes ?? []), parts);
    assert.equal(gitUrlOf(attributes ?? new Map()), url);
  }
});

test('an empty path is none, and what is no URL has no parts', () => {
  assert.deepEqual(
    [...(gitUrlAttributes('https://h/') ?? [])],
    [
      ['protocol', 'https'],
      ['server', 'h'],
    ],
  );
  for (const text of ['', 'example.org', 'https:/h', '://h', 'https://h:port/']) {
    assert.equal(gitUrlAttributes(text), undefined, text);
  }
  assert.equal(gitUrlOf(new Map([['protocol', 'https']])), undefined);
  assert.equal(gitUrlOf(new Map([['server', 'h']])), undefined);
});
