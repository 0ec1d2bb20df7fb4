import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { gitUrlAttributes, gitUrlOf, gitUrlShown } from '../../src/schemes/git-url.ts';

test('a URL and its parts', () => {
  for (const [url, parts] of [
    ['https://example.org', { protocol: 'https', server: 'example.org' }],
    ['http://h:8080', { protocol: 'http', server: 'h', port: '8080' }],
    ['https://h/a/b.git', { protocol: 'https', server: 'h', object: 'a/b.git' }],
    ['https://h:1/ü?x=y', { protocol: 'https', server: 'h', port: '1', object: 'ü?x=y' }],
    ['https://[::1]:8443', { protocol: 'https', server: '[::1]', port: '8443' }],
    ['cert:///etc/key.pem', { protocol: 'cert', server: '', object: 'etc/key.pem' }],
  ] as const) {
    const attributes = gitUrlAttributes(url);
    assert.deepEqual(Object.fromEntries(attributes ?? []), parts);
    assert.equal(gitUrlOf(attributes ?? new Map()), url);
  }
});

test('texts that stand for one URL, and how labels show it', () => {
  for (const [text, url, shown] of [
    ['https://h/', 'https://h', 'https://h/'],
    ['https://h:0443/', 'https://h:443', 'https://h:443/'],
    ['https://h:0', 'https://h', 'https://h/'],
    ['https://h:/a', undefined, 'https://h:/a'],
    ['https://h/a', 'https://h/a', 'https://h/a'],
    ['no url', undefined, 'no url'],
  ] as const) {
    assert.equal(gitUrlOf(gitUrlAttributes(text) ?? new Map()), url);
    assert.equal(gitUrlShown(text), shown);
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
  const misfits = [
    '',
    'example.org',
    'https:/h',
    '://h',
    'https://h:port/',
    'https://me@h',
    'a://h:65536',
  ];
  for (const text of misfits) {
    assert.equal(gitUrlAttributes(text), undefined, text);
  }
  assert.equal(gitUrlOf(new Map([['protocol', 'https']])), undefined);
  assert.equal(gitUrlOf(new Map([['server', 'h']])), undefined);
});
