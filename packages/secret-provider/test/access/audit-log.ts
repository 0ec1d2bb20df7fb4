import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  type AuditEntry,
  EMPTY_HEAD,
  formatAuditLine,
  hashAuditLine,
  verifyAuditLog,
} from '../../src/access/audit-log.ts';

const ENTRY: AuditEntry = {
  operation: 'read',
  decision: 'allow',
  collectionLabel: 'Login',
  itemLabel: 'Mäil "x"\n',
  attributes: new Map([['user', 'alice']]),
  caller: { uniqueName: ':1.7', userId: 1000, processId: 42, program: '/usr/bin/mail' },
};

function line(previous: string, includesAttributes = false): string {
  return formatAuditLine(ENTRY, { time: new Date(0), previous, includesAttributes });
}

function log(count: number): string[] {
  const lines: string[] = [];
  let head = EMPTY_HEAD;
  for (let number = 0; number < count; number += 1) {
    const next = line(head);
    lines.push(next);
    head = hashAuditLine(next);
  }
  return lines;
}

function joined(lines: readonly string[]): string {
  return lines.map((each) => `${each}\n`).join('');
}

test('a line says who asked for what, and attributes only on request', () => {
  assert.deepEqual(JSON.parse(line(EMPTY_HEAD)), {
    time: '1970-01-01T00:00:00.000Z',
    operation: 'read',
    decision: 'allow',
    collection: 'Login',
    item: 'Mäil "x"\n',
    caller: { name: ':1.7', uid: 1000, pid: 42, program: '/usr/bin/mail' },
    previous: EMPTY_HEAD,
  });
  const search = formatAuditLine(
    { operation: 'search', decision: 'allow', caller: ENTRY.caller },
    { time: new Date(0), previous: EMPTY_HEAD, includesAttributes: true },
  );
  assert.ok(!/"(?:collection|item|attributes)"/u.test(search));
  assert.ok(!line(EMPTY_HEAD).includes('\n'));
  assert.deepEqual(JSON.parse(line(EMPTY_HEAD, true)).attributes, { user: 'alice' });
  // Its own text, and no escape of it: only what steers is written as one.
  assert.ok(line(EMPTY_HEAD).includes('Mäil'));
  const bare = formatAuditLine(
    {
      operation: 'unlock',
      decision: 'refuse',
      collectionLabel: '',
      caller: { uniqueName: ':1.1' },
    },
    { time: new Date(0), previous: EMPTY_HEAD, includesAttributes: true },
  );
  assert.deepEqual(Object.keys(JSON.parse(bare)), [
    'time',
    'operation',
    'decision',
    'collection',
    'caller',
    'previous',
  ]);
});

test('what is as long as may be kept is kept whole', () => {
  const text = 'x'.repeat(1000);
  const attributes = new Map(Array.from({ length: 100 }, (_, index) => [`${index}`, text]));
  const context = { time: new Date(0), previous: EMPTY_HEAD, includesAttributes: true };
  const whole = formatAuditLine({ ...ENTRY, itemLabel: text, attributes }, context);
  assert.equal(JSON.parse(whole).item, text);
  assert.deepEqual(JSON.parse(whole).attributes, Object.fromEntries(attributes));
});

test('an untouched log is a chain whose head is its last line’s hash', () => {
  assert.equal(EMPTY_HEAD, '0'.repeat(64));
  assert.deepEqual(verifyAuditLog(''), { lines: 0, head: EMPTY_HEAD });
  const lines = log(5);
  const head = hashAuditLine(lines[4] ?? '');
  assert.deepEqual(verifyAuditLog(joined(lines)), { lines: 5, head });
  // A published value of SHA-256, so that the chain is not only consistent with itself.
  assert.equal(
    hashAuditLine('abc'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

// @rule provider/audit-chain
test('every change of one byte but in the last line, and every line moved or gone, breaks it', () => {
  const lines = log(4);
  const text = joined(lines);
  const untilLast = joined(lines.slice(0, 3)).length;
  for (let at = 0; at < untilLast; at += 1) {
    const other = text[at] === 'x' ? 'y' : 'x';
    const { fault } = verifyAuditLog(`${text.slice(0, at)}${other}${text.slice(at + 1)}`);
    assert.ok(fault !== undefined, `byte ${at}`);
  }
  const [one = '', two = '', three = '', four = ''] = lines;
  for (const [name, changed, at] of [
    ['first gone', [two, three, four], 1],
    ['one gone', [one, three, four], 2],
    ['two exchanged', [one, three, two, four], 2],
    ['one repeated', [one, one, two, three, four], 2],
    ['one put in', [one, line(EMPTY_HEAD), two, three, four], 2],
  ] as const) {
    const verdict = verifyAuditLog(joined(changed));
    assert.deepEqual(verdict.fault, { line: at, reason: 'chain-broken' }, name);
  }
  assert.deepEqual(verifyAuditLog(`${text}{}\n`).fault, { line: 5, reason: 'not-a-record' });
  for (const strange of ['null', '7', '"previous"', '[]', '{"previous":7}', '']) {
    const verdict = verifyAuditLog(`${text}${strange}\n`);
    assert.deepEqual(verdict.fault, { line: 5, reason: 'not-a-record' }, strange);
    assert.equal(verdict.lines, 4);
  }
  assert.deepEqual(verifyAuditLog(text.slice(0, -1)).fault, { line: 4, reason: 'unterminated' });
});

// @rule provider/audit-head
test('a head kept elsewhere shows what the chain cannot: its end cut off, all of it rewritten', () => {
  const lines = log(4);
  const kept = hashAuditLine(lines[2] ?? '');
  const verdict = verifyAuditLog(joined(lines), { head: kept.toUpperCase() });
  assert.deepEqual([verdict.fault, verdict.linesSinceHead], [undefined, 1]);
  assert.equal(verifyAuditLog(joined(lines), { head: EMPTY_HEAD }).linesSinceHead, 4);
  const cut = verifyAuditLog(joined(lines.slice(0, 2)), { head: kept });
  assert.deepEqual(cut.fault, { line: 3, reason: 'head-not-found' });
  assert.equal(verifyAuditLog(joined(lines.slice(0, 2))).fault, undefined);
});

// @rule provider/audit-steers-no-terminal
test('what a client wrote steers no terminal that shows the log, and is all there', () => {
  const itemLabel = 'a\u001b[2J\u009b1A\u007f\u202e\u2028\u{e0041}\nb';
  const text = formatAuditLine(
    { ...ENTRY, itemLabel },
    { time: new Date(0), previous: EMPTY_HEAD, includesAttributes: true },
  );
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}]/u);
  assert.equal(JSON.parse(text).item, itemLabel);
});

// @rule provider/audit-lines-bounded
test('megabytes from a client are a short line', () => {
  const long = '\u009b'.repeat(1e6);
  const many = Array.from({ length: 10_000 }, (_, index) => [
    `${index}${long.slice(0, 2000)}`,
    long,
  ]);
  const text = formatAuditLine(
    {
      ...ENTRY,
      collectionLabel: long,
      itemLabel: long,
      attributes: new Map(Object.entries(Object.fromEntries(many))),
    },
    { time: new Date(0), previous: EMPTY_HEAD, includesAttributes: true },
  );
  assert.ok(text.length < 2e6, String(text.length));
  const { item, attributes } = JSON.parse(text);
  assert.equal(item, `${long.slice(0, 1000)}…`);
  assert.equal(attributes['…'], '9900 more');
});
