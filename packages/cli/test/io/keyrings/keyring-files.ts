import assert from 'node:assert/strict';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inFolder } from '../../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { keyringFiles } from '../../../src/io/keyrings/keyring-files.ts';
import type { PortableItem } from '../../../src/types/keyring-files.ts';

const PASSWORD = new TextEncoder().encode('pw');

function item(label: string, secret: Uint8Array): PortableItem {
  return {
    label,
    attributes: new Map([['app', 'demo']]),
    contentType: 'text/plain',
    created: 1_600_000_000.5,
    readSecret: () => secret.slice(),
  };
}

const ITEMS = [item('one', new TextEncoder().encode('first')), item('two', Uint8Array.of(0xff, 0))];

test('keyringFiles: what is written is read again, in each form, twins included', () =>
  inFolder(async (folder) => {
    const forms = {
      v1: await keyringFiles.seal(ITEMS, 'v1', PASSWORD),
      hardened: await keyringFiles.seal(ITEMS, 'hardened', PASSWORD),
      json: await keyringFiles.formatJson(ITEMS),
    };
    for (const [form, bytes] of Object.entries(forms)) {
      const file = path.join(folder, form);
      await keyringFiles.writeNew(file, bytes);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const opened = await keyringFiles.open(file, 'FILE', async () => PASSWORD);
      assert.deepEqual([opened.form, opened.rejected], [form, 0]);
      assert.deepEqual(
        opened.items.map(({ label, readSecret }) => [label, [...readSecret()]]),
        [
          ['one', [...new TextEncoder().encode('first')]],
          ['two', [0xff, 0]],
        ],
      );
      const [one] = opened.items;
      assert.deepEqual([one?.attributes.get('app'), one?.contentType], ['demo', 'text/plain']);
      if (form !== 'json') assert.equal(one?.created, 1_600_000_000);
      opened.close();
    }
  }));

// @rule cli/keyring-file-is-named
test('keyringFiles: an error says which of the files it is about, and no path', () =>
  inFolder(async (folder) => {
    const file = path.join(folder, 'v1');
    await keyringFiles.writeNew(file, await keyringFiles.seal(ITEMS, 'v1', PASSWORD));
    const open = (name: string) =>
      keyringFiles.open(path.join(folder, name), '--from', async () => Uint8Array.of(1));
    await assert.rejects(open('v1'), { code: 'wrong-password', message: /^--from: v1 keyring: / });
    await assert.rejects(open('none'), {
      code: 'file-not-found',
      message: '--from: keyring file: expected one at the path, got none',
    });
  }));

test('keyringFiles: an item that no file holds is told, and nothing is made', async () => {
  const large = [item('large', new Uint8Array(16 * 1024 * 1024 + 1))];
  for (const make of [
    () => keyringFiles.seal(large, 'v1', PASSWORD),
    () => keyringFiles.seal(large, 'hardened', PASSWORD),
    () => keyringFiles.formatJson(large),
  ]) {
    await assert.rejects(make, {
      code: 'output-too-large',
      message: /larger than a keyring file/u,
    });
  }
});

test('keyringFiles: a file that is there is left alone', () =>
  inFolder(async (folder) => {
    const file = path.join(folder, 'a');
    writeFileSync(file, 'old');
    await assert.rejects(keyringFiles.writeNew(file, PASSWORD), {
      code: 'output-unwritable',
      message: /is there already/u,
    });
    assert.equal(readFileSync(file, 'utf8'), 'old');
    await assert.rejects(keyringFiles.requireNew(file), { message: /is there already/u });
    const link = path.join(folder, 'link');
    symlinkSync(path.join(folder, 'nowhere'), link);
    await assert.rejects(keyringFiles.requireNew(link), { message: /is there already/u });
    await assert.rejects(keyringFiles.requireNew(path.join(folder, 'x', 'y')), {
      code: 'output-unwritable',
      message: /got ENOENT/u,
    });
    await keyringFiles.requireNew(path.join(folder, 'b'));
    await assert.rejects(keyringFiles.writeNew(path.join(folder, 'x', 'y'), PASSWORD), {
      message: /got ENOENT/u,
    });
  }));

test('keyringFiles: what was read for a copy is wiped, and other faults stay what they are', async () => {
  const makers = [
    (items: readonly PortableItem[]) => keyringFiles.seal(items, 'v1', PASSWORD),
    (items: readonly PortableItem[]) => keyringFiles.formatJson(items),
  ];
  for (const make of makers) {
    const secret = new TextEncoder().encode('hunter2');
    await make([{ ...item('one', secret), readSecret: () => secret }]);
    assert.deepEqual(secret, new Uint8Array(7));
    const fault = new TypeError('in a test');
    const readSecret = (): never => {
      throw fault;
    };
    await assert.rejects(make([{ ...item('one', secret), readSecret }]), fault);
  }
});

test('keyringFiles: the JSON form is a seed whose collection is the default one', async () => {
  const [collection] = JSON.parse(
    new TextDecoder().decode(await keyringFiles.formatJson(ITEMS)),
  ).collections;
  assert.deepEqual(collection.aliases, ['default']);
  assert.deepEqual(
    collection.items.map(({ id, created }: { id: string; created: number }) => [id, created]),
    [
      ['1', 1_600_000_000],
      ['2', 1_600_000_000],
    ],
  );
});

test('keyringFiles: a place that cannot be looked at is no place for a new file', () =>
  inFolder(async (folder) => {
    const long = path.join(folder, 'x'.repeat(300));
    const refused = { code: 'output-unwritable', message: /got ENAMETOOLONG$/u };
    await assert.rejects(keyringFiles.requireNew(long), refused);
    await assert.rejects(keyringFiles.writeNew(long, PASSWORD), refused);
  }));
