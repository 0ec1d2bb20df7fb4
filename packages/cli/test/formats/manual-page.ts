import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { manualPage } from '../../src/formats/manual-page.ts';
import { COMMAND_TABLE } from '../../src/table/commands.ts';

const PAGE = manualPage(COMMAND_TABLE, '1.2.3', 86_400_000);

test('manualPage: every command with every option', () => {
  for (const { name, options } of COMMAND_TABLE.commands) {
    const section = PAGE.split('\n.SS ').find((part) =>
      part.startsWith(`keywire ${name.replaceAll('-', String.raw`\-`)}`),
    );
    assert.ok(section !== undefined, name);
    for (const option of options) {
      const form = `--${option.name}`.replaceAll('-', String.raw`\-`);
      assert.ok(section.includes(form), `${name} ${form}`);
    }
  }
});

test('manualPage: every variable of our own', () => {
  const touches = readFileSync(new URL('../../../../docs/TOUCHES.md', import.meta.url), 'utf8');
  const names = new Set(
    [...touches.matchAll(/^\| `(KEYWIRE_\w+)`/gmu)].map(([, name = '']) => name),
  );
  assert.ok(names.size >= 4);
  const environment = PAGE.slice(PAGE.indexOf('.SH ENVIRONMENT'));
  for (const name of names) assert.ok(environment.includes(name), name);
});

test('manualPage: version and day', () => {
  assert.ok(PAGE.startsWith('.TH KEYWIRE 1 1970-01-02 "keywire 1.2.3"'));
});

test('manualPage: short lines, and no text that a macro takes for its own', () => {
  for (const line of PAGE.trimEnd().split('\n')) {
    assert.ok(line.length <= 100 || line.startsWith('.'), line);
    assert.match(line, /^(?:\.[A-Z]|\.(?:br|nf|fi)|[^.'])/u);
    assert.doesNotMatch(line.replace(/^\.TH.*/u, ''), /["`…]/u);
  }
});
