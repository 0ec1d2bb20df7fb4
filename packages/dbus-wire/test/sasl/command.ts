import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  encodeSaslCommands,
  formatSaslCommand,
  parseSaslCommand,
  type SaslCommand,
} from '../../src/sasl/command.ts';
import { throwsCode } from '../support/expect-error.ts';

const GUID = '0123456789abcdef0123456789abcdef';

const LINES: readonly { line: string; command: SaslCommand }[] = [
  { line: 'AUTH', command: { command: 'AUTH', mechanism: undefined, initialResponse: undefined } },
  {
    line: 'AUTH EXTERNAL',
    command: { command: 'AUTH', mechanism: 'EXTERNAL', initialResponse: undefined },
  },
  {
    line: 'AUTH EXTERNAL 31303030',
    command: {
      command: 'AUTH',
      mechanism: 'EXTERNAL',
      initialResponse: Uint8Array.of(0x31, 0x30, 0x30, 0x30),
    },
  },
  { line: 'CANCEL', command: { command: 'CANCEL' } },
  { line: 'BEGIN', command: { command: 'BEGIN' } },
  { line: 'DATA', command: { command: 'DATA', data: new Uint8Array(0) } },
  { line: 'DATA ff00', command: { command: 'DATA', data: Uint8Array.of(0xff, 0) } },
  { line: 'ERROR', command: { command: 'ERROR', text: '' } },
  { line: 'ERROR what now', command: { command: 'ERROR', text: 'what now' } },
  { line: 'NEGOTIATE_UNIX_FD', command: { command: 'NEGOTIATE_UNIX_FD' } },
  { line: 'AGREE_UNIX_FD', command: { command: 'AGREE_UNIX_FD' } },
  { line: 'REJECTED', command: { command: 'REJECTED', mechanisms: [] } },
  {
    line: 'REJECTED EXTERNAL ANONYMOUS',
    command: { command: 'REJECTED', mechanisms: ['EXTERNAL', 'ANONYMOUS'] },
  },
  { line: `OK ${GUID}`, command: { command: 'OK', guid: GUID } },
  { line: 'HELLO', command: { command: 'unknown', word: 'HELLO' } },
];

for (const { line, command } of LINES) {
  test(`commands: ${line}`, () => {
    assert.deepEqual(parseSaslCommand(line), command);
    assert.equal(formatSaslCommand(command), line);
  });
}

test('commands: several leave as whole lines', () => {
  const bytes = encodeSaslCommands([{ command: 'CANCEL' }, { command: 'BEGIN' }]);
  assert.equal(new TextDecoder().decode(bytes), 'CANCEL\r\nBEGIN\r\n');
  assert.equal(encodeSaslCommands([]).length, 0);
});

test('commands: upper-case hexadecimal is understood, an empty response is not none', () => {
  assert.deepEqual(parseSaslCommand('DATA FF'), { command: 'DATA', data: Uint8Array.of(0xff) });
  assert.deepEqual(parseSaslCommand(`OK ${GUID.toUpperCase()}`), { command: 'OK', guid: GUID });
  assert.deepEqual(parseSaslCommand(' BEGIN'), { command: 'unknown', word: '' });
  assert.deepEqual(parseSaslCommand('BEGIN now'), { command: 'BEGIN' });
  assert.deepEqual(parseSaslCommand('AUTH EXTERNAL '), {
    command: 'AUTH',
    mechanism: 'EXTERNAL',
    initialResponse: undefined,
  });
});

// @rule sasl/ascii-only
// @rule sasl/guid-form
// @rule sasl/hex-data
for (const line of [
  'AUTH EXTERNAL 3',
  'AUTH EXTERNAL zz',
  'DATA 0',
  'DATA 00 00',
  'OK',
  'OK 0123',
  `OK ${GUID}0`,
  `OK ${GUID.slice(1)}g`,
  'ERROR \x80',
  'DATA \0',
]) {
  test(`commands: malformed: ${JSON.stringify(line)}`, () => {
    const error = throwsCode(() => parseSaslCommand(line), 'line-malformed');
    // A line may carry a response; only its length is told.
    if (line.length > 6) assert.ok(!error.message.includes(line.slice(5)));
  });
}
