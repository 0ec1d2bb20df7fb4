import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { complaint, heading } from '../../src/output/terminal-style.ts';
import { FakeHost } from '../support/fake-host.ts';

test('heading and complaint: styled only where colours are shown', () => {
  const plain = new FakeHost();
  const coloured = new FakeHost({ isColoured: true });
  assert.equal(heading(plain, 'Usage:'), 'Usage:');
  assert.equal(heading(coloured, 'Usage:'), '\u001b[1mUsage:\u001b[22m');
  assert.equal(complaint(plain, 'no'), 'keywire: no\n');
  assert.equal(complaint(coloured, 'no'), '\u001b[31mkeywire:\u001b[39m no\n');
});
