import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

const FIRST = JSON.stringify({ operation: 'read', previous: '0'.repeat(64) });
const HEAD_1 = createHash('sha256').update(FIRST).digest('hex');
const SECOND = JSON.stringify({ operation: 'write', previous: HEAD_1 });
const HEAD_2 = createHash('sha256').update(SECOND).digest('hex');

const host = new FakeHost({
  files: {
    whole: `${FIRST}\n${SECOND}\n`,
    cut: `${FIRST}\n`,
    changed: `${FIRST.replace('read', 'lock')}\n${SECOND}\n`,
    torn: `${FIRST}\n${SECOND}`,
    other: 'hello\n',
  },
});

test('audit verify: how many lines, and the head to keep', async () => {
  const shown = await runWords(['audit', 'verify', 'whole'], host);
  assert.deepEqual([shown.code, shown.stdout], [0, `2 lines, head ${HEAD_2}\n`]);
  const json = await runWords(['audit', 'verify', '--json', `--head=${HEAD_1}`, 'whole'], host);
  assert.deepEqual(JSON.parse(json.stdout), { lines: 2, head: HEAD_2, linesSinceHead: 1 });
});

// @rule cli/audit-fault-is-failure
test('audit verify: a log that is not whole exits 7 and says where', async () => {
  const cases = [
    [['changed'], 'audit: line 2 does not follow the line before it'],
    [['torn'], 'audit: line 2 has no end'],
    [['other'], 'audit: line 1 is no record'],
    [['cut', `--head=${HEAD_2}`], 'audit: line 1 and all before it do not lead to the head given'],
  ] as const;
  for (const [words, line] of cases) {
    const shown = await runWords(['audit', 'verify', ...words], host);
    assert.equal(shown.code, 7);
    assert.ok(shown.stderr.startsWith(`keywire: ${line}`), shown.stderr);
    assert.equal(shown.stdout, '');
  }
});

// @rule cli/audit-bytes
test('audit verify: bytes that are not UTF-8, or are passed over when read, are changes', async () => {
  const line = JSON.stringify({ item: '\uFFFD', previous: '0'.repeat(64) });
  const log = Buffer.from(`${line}\n`);
  const at = log.indexOf(Buffer.from('\uFFFD'));
  const files = {
    whole: log,
    other: Buffer.concat([log.subarray(0, at), Buffer.of(0xff), log.subarray(at + 3)]),
    mark: Buffer.concat([Buffer.from('\uFEFF'), log]),
    torn: Buffer.concat([log, Buffer.of(0xff)]),
  };
  const verify = (name: string) => runWords(['audit', 'verify', name], new FakeHost({ files }));
  assert.equal((await verify('whole')).code, 0);
  for (const [name, said] of [
    ['other', /line 1 is no record/u],
    ['mark', /line 1 is no record/u],
    ['torn', /line 2 has no end/u],
  ] as const) {
    const { code, stderr } = await verify(name);
    assert.equal(code, 7, name);
    assert.match(stderr, said);
  }
});

test('audit: the form is one, and a head is a hash', async () => {
  for (const words of [['verify'], ['check', 'whole'], ['verify', 'whole', 'cut']]) {
    const shown = await runWords(['audit', ...words], host);
    assert.equal(shown.code, 2);
    assert.match(shown.stderr, /^keywire: audit(?: verify)?: expected (?:FILE|verify)[^\n]*\n$/u);
  }
  assert.equal((await runWords(['audit', 'verify', '--head=abc', 'whole'], host)).code, 2);
});
