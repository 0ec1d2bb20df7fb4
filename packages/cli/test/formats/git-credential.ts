import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  blankLineDetector,
  formatGitAnswer,
  isSameBytes,
  parseExpiry,
  parseGitRequest,
} from '../../src/formats/git-credential.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test('parseGitRequest: every key, in any order; the last one wins', () => {
  const request = parseGitRequest(
    encode(
      'capability[]=authtype\nprotocol=http\nprotocol=https\nhost=h:8080\npath=a=b.git\nusername=ü\n' +
        'password=p=w \npassword_expiry_utc=12\noauth_refresh_token=r\nauthtype=Bearer\n' +
        'credential=c\nephemeral=1\nwwwauth[]=Basic realm="x"\nunheard-of=1\n',
    ),
  );
  assert.deepEqual(
    [request.protocol, request.host, request.path, request.username, request.authtype],
    ['https', 'h:8080', 'a=b.git', 'ü', 'Bearer'],
  );
  assert.deepEqual([request.password, request.oauthRefreshToken, request.credential].map(decode), [
    'p=w ',
    'r',
    'c',
  ]);
  assert.deepEqual(
    [request.passwordExpiryUtc, request.isEphemeral, [...request.capabilities]],
    [12, true, ['authtype']],
  );
});

test('parseGitRequest: a blank line ends it, an empty capability forgets those before', () => {
  const request = parseGitRequest(
    encode(
      'capability[]=state\ncapability[]=\ncapability[]=authtype\nprotocol=https\n\nhost=after\n',
    ),
  );
  assert.deepEqual([...request.capabilities], ['authtype']);
  assert.deepEqual([request.protocol, request.host], ['https', undefined]);
  assert.equal(parseGitRequest(new Uint8Array()).protocol, undefined);
  assert.equal(parseGitRequest(encode('protocol=https')).protocol, 'https');
  assert.equal(parseGitRequest(encode('host=\n')).host, '');
  assert.equal(parseGitRequest(encode('=unknown\nhost=h\n')).host, 'h');
});

test('parseGitRequest: ephemeral is what git takes for true, and a byte order mark is a character', () => {
  for (const [value, wanted] of [
    ['1', true],
    ['true', true],
    ['Yes', true],
    ['ON', true],
    ['0', false],
    ['false', false],
    ['', false],
  ] as const) {
    assert.equal(parseGitRequest(encode(`ephemeral=${value}\n`)).isEphemeral, wanted, value);
  }
  assert.equal(parseGitRequest(encode('username=\ufeffu\n')).username, '\ufeffu');
});

// @rule cli/git-value-bytes
test('parseGitRequest: what is no line of it is refused by its number, never quoted', () => {
  for (const [text, wanted] of [
    ['protocol=https\nhunter2\n', /line 2 is not key=value$/u],
    ['password=hunter2\0x\n', /line 1 holds a NUL$/u],
  ] as const) {
    assert.throws(() => parseGitRequest(encode(text)), wanted);
  }
  const bytes = Uint8Array.of(...encode('username='), 0xff, 0x0a);
  assert.throws(() => parseGitRequest(bytes), /the value of username is not UTF-8$/u);
});

test('passwords are views: wiping what was read wipes them', () => {
  const bytes = encode('password=hunter2\n');
  const { password } = parseGitRequest(bytes);
  bytes.fill(0);
  assert.deepEqual(password, new Uint8Array(7));
});

test('blankLineDetector: over chunk borders, and at the very beginning', () => {
  for (const [chunks, isEnd] of [
    [
      ['a=b\n', '\n'],
      [false, true],
    ],
    [['a=b\nc=d\n\n'], [true]],
    [['\n'], [true]],
    [
      ['a=b', '\n', 'c', '=d\n', '\nx'],
      [false, false, false, false, true],
    ],
  ] as const) {
    const detect = blankLineDetector();
    assert.deepEqual(
      chunks.map((chunk) => detect(encode(chunk))),
      isEnd,
    );
  }
});

test('parseExpiry: what is no number never expires', () => {
  assert.deepEqual(['12', '0', '', 'soon', '-1', '1'.repeat(16), undefined].map(parseExpiry), [
    12,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('formatGitAnswer: only what there is, a header with the capability first', () => {
  const password = formatGitAnswer({
    username: 'u',
    password: encode('p'),
    passwordExpiryUtc: 5,
    oauthRefreshToken: encode('r'),
  });
  assert.equal(
    decode(password),
    'username=u\npassword=p\npassword_expiry_utc=5\noauth_refresh_token=r\n',
  );
  const header = formatGitAnswer({ authtype: 'Bearer', credential: encode('t') });
  assert.equal(decode(header), 'capability[]=authtype\nauthtype=Bearer\ncredential=t\n');
  assert.equal(decode(formatGitAnswer({})), '');
});

// @rule cli/git-no-injection
test('formatGitAnswer: a value that is no line makes no answer', () => {
  for (const bad of ['a\nhost=evil', 'a\0']) {
    assert.equal(formatGitAnswer({ username: bad, password: encode('p') }), undefined);
    assert.equal(formatGitAnswer({ username: 'u', password: encode(bad) }), undefined);
  }
});

test('isSameBytes', () => {
  assert.ok(isSameBytes(encode('ab'), encode('ab')));
  for (const other of ['', 'a', 'ac', 'abc']) {
    assert.ok(!isSameBytes(encode('ab'), encode(other)), other);
  }
});
