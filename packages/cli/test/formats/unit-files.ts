import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { activationFile, systemdUnit, unfitWord } from '../../src/formats/unit-files.ts';

const PLAIN = {
  program: ['/usr/bin/node', '/usr/bin/keywire'],
  options: ['--profile=oo7'],
  seedFile: undefined,
};

function line(text: string, key: string): string | undefined {
  return new RegExp(`^${key}=(.*)$`, 'mu').exec(text)?.[1];
}

test('systemdUnit: waits for the name, dumps no core', () => {
  const unit = systemdUnit(PLAIN);
  assert.equal(line(unit, 'BusName'), 'org.freedesktop.secrets');
  assert.equal(line(unit, 'Type'), 'dbus');
  assert.equal(line(unit, 'LimitCORE'), '0');
  assert.equal(line(unit, 'LoadCredential'), undefined);
  assert.equal(line(unit, 'ExecStart'), '/usr/bin/node /usr/bin/keywire serve --bus --profile=oo7');
});

test('systemdUnit: the seed is a credential, and odd paths stay what they are', () => {
  const unit = systemdUnit({
    program: ['/opt/my node', '/opt/50%/$HOME/"k\\w"'],
    options: [],
    seedFile: '/home/me/100% mine.json',
  });
  assert.equal(line(unit, 'LoadCredential'), 'seed.json:/home/me/100%% mine.json');
  assert.equal(
    line(unit, 'ExecStart'),
    '"/opt/my node" "/opt/50%%/$$HOME/\\"k\\\\w\\"" serve --bus --seed=%d/seed.json',
  );
});

test('systemdUnit: the password of the store is a credential, never an argument', () => {
  const unit = systemdUnit({ ...PLAIN, passwordFile: '/home/me/50%' });
  assert.equal(line(unit, 'LoadCredential'), 'password:/home/me/50%%');
  assert.match(line(unit, 'ExecStart') ?? '', / --password-credential=password$/u);
  assert.deepEqual(unit.match(/^\[.*\]$/gmu), ['[Unit]', '[Service]', '[Install]']);
  assert.equal(line(unit, 'NoNewPrivileges'), 'yes');
});

test('activationFile: the name and the command, quoted as a shell would', () => {
  const file = activationFile(PLAIN);
  assert.match(file, /^\[D-BUS Service\]\nName=org\.freedesktop\.secrets$/mu);
  assert.equal(line(file, 'Exec'), '/usr/bin/node /usr/bin/keywire serve --bus --profile=oo7');
  const odd = activationFile({ program: ['/my node', '$k`"\\'], options: [], seedFile: '/s 1' });
  assert.equal(line(odd, 'Exec'), `'/my node' '$k\`"\\\\' serve --bus '--seed=/s 1'`);
  const locked = activationFile({ ...PLAIN, passwordFile: '/p' });
  assert.match(line(locked, 'Exec') ?? '', / --password-file=\/p$/u);
  const quoted = activationFile({ program: ["it's"], options: [], seedFile: undefined });
  assert.equal(line(quoted, 'Exec'), `'it'\\\\''s' serve --bus`);
});

// @rule cli/unit-lines-are-ours
test('unfitWord: what would be a line of its own, or draw the next one to it', () => {
  assert.equal(
    unfitWord({ ...PLAIN, seedFile: '/a \\b/"$%\u00fc.json', passwordFile: '/p' }),
    undefined,
  );
  for (const end of ['\n', '\r', '\u0085', '\u001b']) {
    const word = `/a${end}ExecStartPre=/tmp/x`;
    for (const served of [
      { ...PLAIN, program: [word] },
      { ...PLAIN, options: [word] },
      { ...PLAIN, seedFile: word },
      { ...PLAIN, passwordFile: word },
    ]) {
      assert.match(unfitWord(served) ?? '', /control character/u);
    }
  }
  assert.match(unfitWord({ ...PLAIN, passwordFile: '/p\\' }) ?? '', /backslash/u);
  assert.match(unfitWord({ ...PLAIN, seedFile: '/s ' }) ?? '', /space/u);
});
