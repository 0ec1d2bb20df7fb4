/** The v0 and text forms with gnome-keyring-daemon on the other side: it writes, we read. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  type Bus,
  bootBus,
  bootGnomeKeyring,
  requires,
  runOrThrow,
  secretToolStore,
} from '../../../test-fixtures/src/index.ts';
import { createKeyringFile, type KeyringFile, openKeyringFile, openV0 } from '../src/index.ts';
import { rejectsCode } from '../test/support/codes.ts';
import { text, utf8 } from '../test/support/memory-io.ts';
import { describeItem } from '../test/support/vectors.ts';
import { writeV0 } from '../test/support/write-v0.ts';

const PASSWORD = 'correct horse pässword';
const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool');

/** Runs a daemon over a folder of keyring files, ends it, and hands the folder over. */
async function withDaemon(
  prepare: (folder: string) => void,
  use: (bus: Bus) => Promise<void>,
  check: (folder: string, bus: Bus) => Promise<void>,
  seed: Parameters<typeof bootGnomeKeyring>[0] = {},
): Promise<void> {
  await using bus = await bootBus();
  const folder = join(bus.env['XDG_DATA_HOME'] ?? '', 'keyrings');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  prepare(folder);
  await using keyring = await bootGnomeKeyring({ ...seed, bus, password: PASSWORD });
  await use(bus);
  await keyring.stop();
  await check(folder, bus);
}

function integration(name: string, body: () => Promise<void>): void {
  if (missing === undefined) test(name, body);
  else test.skip(name, missing);
}

const SEED = [
  { label: 'Plain', attributes: { n: '1' }, secret: 'one' },
  { label: 'Ümläut 😀', attributes: { n: '2', empty: '', 'ü €': '"q" \\' }, secret: 'zwei\n' },
  { label: '', attributes: { n: '3' }, secret: '' },
  {
    label: 'Binary',
    attributes: { n: '4' },
    secret: Uint8Array.from({ length: 256 }, (_, i) => i),
  },
  { label: 'Long', attributes: { n: '5', long: 'v'.repeat(3000) }, secret: 'x'.repeat(20_000) },
  { label: 'Schema', attributes: { n: '6', 'xdg:schema': 'org.gnome.keyring.Note' }, secret: 's' },
] as const;

integration('a login.keyring that the daemon has just written is read', async () => {
  await withDaemon(
    () => undefined,
    async () => undefined,
    async (folder) => {
      const path = join(folder, 'login.keyring');
      const file = await openKeyringFile(path, { password: PASSWORD, format: 'v0' });
      assert.deepEqual(await file.rejected(), []);
      const items = (await byNumber(file)).map(describeItem);
      assert.deepEqual(
        items.map(({ label, attributes, secretHex }) => ({ label, attributes, secretHex })),
        SEED.map(({ label, attributes, secret }) => ({
          label,
          attributes: { ...attributes },
          secretHex: Buffer.from(secret).toString('hex'),
        })),
      );
      assert.ok(items.every((item) => item.created > 1_700_000_000));
      const before = readFileSync(path);
      await rejectsCode('wrong-password', openKeyringFile(path, { password: 'wrong' }));
      await rejectsCode('read-only-format', file.put({ secret: 'x' }));
      assert.deepEqual(readFileSync(path), before);
      assertDamageIsSeen(before);
    },
    { seed: SEED },
  );
});

integration('number attributes, types and access rules survive the daemon', async () => {
  const ours = writeV0({
    label: 'Login',
    password: PASSWORD,
    items: [
      {
        id: 1,
        type: 1,
        label: 'Network',
        secret: utf8('net'),
        attributes: [
          ['n', '1'],
          ['port', 8080],
          ['zero', 0],
          ['most', 4_294_967_295],
        ],
        acls: 2,
      },
      { id: 2, type: 2, label: null, secret: utf8('note'), attributes: [['n', '2']] },
    ],
  });
  await withDaemon(
    (folder) => writeFileSync(join(folder, 'login.keyring'), ours),
    async (bus) => {
      await secretToolStore(bus.env, { label: 'Fresh', attributes: { n: '3' }, secret: 'f' });
    },
    async (folder) => {
      const path = join(folder, 'login.keyring');
      assert.notDeepEqual(new Uint8Array(readFileSync(path)), ours);
      const file = await openKeyringFile(path, { password: PASSWORD });
      assert.equal(file.label, 'Login');
      const items = await byNumber(file);
      assert.deepEqual(
        items.map((item) => [item.label, text(item.readSecret())]),
        [
          ['Network', 'net'],
          ['', 'note'],
          ['Fresh', 'f'],
        ],
      );
      assert.deepEqual(Object.fromEntries(items[0]?.attributes ?? []), {
        n: '1',
        port: '8080',
        zero: '0',
        most: '4294967295',
        'xdg:schema': 'org.gnome.keyring.NetworkPassword',
      });
    },
  );
});

integration('a keyring without password is text, and is read as it was stored', async () => {
  const secret = ' back\\slash\\t "q" \t ';
  await withDaemon(
    (folder) => {
      const start = '[keyring]\ndisplay-name=Plain\nctime=0\nmtime=0\nlock-on-idle=false\n';
      const number = '[1]\nitem-type=0\nsecret=n\n[1:attribute0]\nname=n\ntype=uint32\nvalue=1\n';
      writeFileSync(join(folder, 'plain.keyring'), `${start}lock-after=false\n${number}`);
      writeFileSync(join(folder, 'default'), 'plain');
    },
    async (bus) => {
      const attributes = { n: '2', tricky: ' a\tb\\ ' };
      await secretToolStore(bus.env, { label: ' Läbel ', attributes, secret });
    },
    async (folder) => {
      const file = await openKeyringFile(join(folder, 'plain.keyring'), { format: 'text' });
      assert.equal(file.label, 'Plain');
      const [first, second] = await byNumber(file);
      assert.deepEqual(Object.fromEntries(first?.attributes ?? []), { n: '1' });
      assert.equal(second?.label, ' Läbel ');
      assert.equal(second?.attributes.get('tricky'), ' a\tb\\ ');
      // GLib drops spaces before a value: the daemon has lost the first one itself.
      assert.equal(text(second?.readSecret() ?? utf8('')), secret.trimStart());
    },
  );
});

integration('a login.keyring becomes a v1 file that secret-tool reads', async () => {
  await withDaemon(
    () => undefined,
    async () => undefined,
    async (folder, bus) => {
      const path = join(folder, 'login.keyring');
      const source = await openKeyringFile(path, { password: PASSWORD });
      const target = join(folder, 'v1', 'default.keyring');
      const copy = await createKeyringFile(target, { password: PASSWORD, format: 'v1' });
      const items = await source.items();
      await copy.putAll(items.map((item) => ({ ...item, secret: item.readSecret() })));
      const env = {
        ...bus.env,
        SECRET_BACKEND: 'file',
        SECRET_FILE_TEST_PATH: target,
        SECRET_FILE_TEST_PASSWORD: PASSWORD,
      };
      assert.equal(
        await runOrThrow('/usr/bin/secret-tool', ['lookup', 'n', '2'], { env }),
        'zwei\n',
      );
      assert.equal(
        (await runOrThrow('/usr/bin/secret-tool', ['lookup', 'n', '5'], { env })).length,
        20_000,
      );
    },
    { seed: SEED },
  );
});

async function byNumber(file: KeyringFile) {
  const items = [...(await file.items())];
  return items.sort((a, b) => Number(a.attributes.get('n')) - Number(b.attributes.get('n')));
}

/** Every 97th byte: what is not refused as a whole must not give an item other than it was. */
function assertDamageIsSeen(bytes: Uint8Array): void {
  const sound = openV0(bytes, utf8(PASSWORD))
    .items.map(describeItem)
    .map((item) => JSON.stringify(item));
  for (let at = 20; at < bytes.length; at += 97) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x40;
    try {
      for (const item of openV0(damaged, utf8(PASSWORD)).items) {
        assert.ok(sound.includes(JSON.stringify(describeItem(item))));
      }
    } catch (error) {
      assert.equal(error instanceof Error && error.name, 'KeyringFileError', String(error));
    }
  }
}
