import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseAddress } from '@keywire/dbus-wire';
import { startMessageBus } from '@keywire/message-bus';
import { verifyAuditLog } from '@keywire/secret-provider';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { startService } from '../../../src/io/services/service.ts';
import type { ServicePlan } from '../../../src/types/service-host.ts';
import { onSessionBus } from '../../support/session-bus.ts';

const PLAN: ServicePlan = {
  bus: 'private',
  seed: undefined,
  prompter: 'accept',
  isPrompterChosen: false,
  profile: undefined,
};

const SEED = {
  collections: [
    {
      id: 'login',
      label: 'Login',
      aliases: ['default'],
      locked: true,
      items: [{ id: 'one', label: 'One', attributes: { app: 'demo' }, secret: 's3cret' }],
    },
  ],
};

test('startService: a private bus in a folder of its own, which goes with it', async () => {
  const service = await startService(PLAN);
  const socket = parseAddress(service.busAddress ?? '')[0]?.parameters.get('path');
  assert.ok(typeof socket === 'string');
  assert.equal(statSync(path.dirname(socket)).mode & 0o777, 0o700);
  const client = await SecretService.connect({ address: service.busAddress });
  assert.equal(await (await client.defaultCollection()).isLocked(), false);
  await client.store('L', { app: 'demo' }, 's3cret');
  using secret = await client.lookup({ app: 'demo' });
  assert.equal(secret?.text(), 's3cret');
  await client.close();
  await service.close();
  await service.lost;
  assert.equal(existsSync(path.dirname(socket)), false);
});

test('startService: the prompter decides what the seed leaves open', async () => {
  for (const [prompter, isUnlocked] of [
    ['accept', true],
    ['none', false],
    ['dismiss', false],
  ] as const) {
    const service = await startService({ ...PLAN, prompter, seed: SEED });
    const client = await SecretService.connect({
      address: service.busAddress,
      interactive: true,
    });
    const outcome = await client.lookup({ app: 'demo' }).then(
      (secret) => secret?.text(),
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );
    await client.close();
    await service.close();
    // Which of the two hangs on how fast it was, and whether there is a display.
    const refusals = ['dismissed', 'no-prompter'];
    assert.ok(isUnlocked ? outcome === 's3cret' : refusals.includes(String(outcome)), `${outcome}`);
  }
});

test('startService: a wrong seed starts nothing', async () => {
  await assert.rejects(startService({ ...PLAN, seed: { collections: [{ id: 7 }] } }), (error) => {
    assert.ok(error instanceof Error && 'code' in error);
    assert.equal(error.code, 'seed-invalid');
    assert.match(error.message, /^--seed: collections\[0\]/u);
    return true;
  });
});

test('startService: on a bus that is there, and refused where the name is owned', async () => {
  await using bus = await startMessageBus();
  await onSessionBus(bus.address, async () => {
    const plan = { ...PLAN, bus: 'existing' } as const;
    const first = await startService(plan);
    assert.equal(first.busAddress, undefined);
    assert.match(first.uniqueName, /^:1\.\d+$/u);
    await assert.rejects(startService(plan), { code: 'name-taken' });
    await first.close();
    await (await startService(plan)).close();
  });
});

test('startService: no folder to put the socket in is told', async () => {
  const { XDG_RUNTIME_DIR: runtime, TMPDIR: temporary } = process.env;
  // Nothing hangs on these two where /tmp can be written; then the fall-back is what is seen.
  process.env['XDG_RUNTIME_DIR'] = '/proc';
  process.env['TMPDIR'] = '/proc';
  try {
    const service = await startService(PLAN);
    assert.match(service.busAddress ?? '', /^unix:path=\/tmp\/keywire-/u);
    await service.close();
  } finally {
    for (const [name, value] of [
      ['XDG_RUNTIME_DIR', runtime],
      ['TMPDIR', temporary],
    ] as const) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

test('startService: a keyring file outlives the service; a wrong password starts nothing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-service-'));
  const file = path.join(folder, 'a.keyring');
  const audit = { path: path.join(folder, 'audit.log'), includesAttributes: false };
  const password = (text: string): Uint8Array => new TextEncoder().encode(text);
  try {
    for (const expected of [undefined, 's3cret']) {
      const given = password('pw');
      const readAgain = async (): Promise<Uint8Array> => password('pw');
      const store = { path: file, password: given, readAgain };
      const service = await startService({ ...PLAN, file: store, audit });
      assert.deepEqual(given, new Uint8Array(2), 'the password is wiped');
      // Without a display a prompt has two seconds, and deriving a key on a busy machine can take them.
      const timeouts = { promptMs: 60_000 };
      const client = await SecretService.connect({ address: service.busAddress, timeouts });
      using secret = await client.lookup({ app: 'demo' });
      assert.equal(secret?.text(), expected);
      await client.store('L', { app: 'demo' }, 's3cret');
      // Locked, the prompt reads the password once more.
      const collection = await client.defaultCollection();
      await collection.lock();
      await collection.unlock();
      using again = await client.lookup({ app: 'demo' });
      assert.equal(again?.text(), 's3cret');
      await client.close();
      await service.close();
    }
    const wrong = { path: file, password: password('wrong') };
    await assert.rejects(startService({ ...PLAN, file: wrong }), { code: 'wrong-password' });
    const log = readFileSync(audit.path, 'utf8');
    assert.deepEqual([verifyAuditLog(log).fault, verifyAuditLog(log).lines > 0], [undefined, true]);
    assert.ok(!log.includes('demo') && !log.includes('s3cret'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// @rule cli/policy-asks-whom
// @rule cli/policy-without-programs
test('startService: a policy decides; one that asks needs somebody named; a wrong one is told', async () => {
  const policy = { rules: [{ decision: 'refuse', kinds: ['read'] }], otherwise: 'allow' };
  const service = await startService({ ...PLAN, policy });
  const client = await SecretService.connect({ address: service.busAddress });
  const item = await client.store('L', { app: 'demo' }, 's3cret');
  await assert.rejects(item.getSecret(), { code: 'denied' });
  await client.close();
  await service.close();
  for (const [wrong, told] of [
    [{ rules: [{ decision: 'ask' }] }, /^--policy: a decision is "ask"/u],
    [{ rules: [], otherwise: 'maybe' }, /^--policy: otherwise: /u],
  ] as const) {
    await assert.rejects(startService({ ...PLAN, policy: wrong }), (error) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, 'policy-invalid');
      assert.match(error.message, told);
      return true;
    });
  }
  const named = { policy: { rules: [], otherwise: 'ask' }, isPrompterChosen: true } as const;
  await (await startService({ ...PLAN, ...named })).close();
});

test('startService: a folder that cannot be made, and files that would be one collection, are told', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-service-'));
  const start = (file: string) =>
    startService({ ...PLAN, file: { path: file, password: new TextEncoder().encode('pw') } });
  try {
    await assert.rejects(start('/proc/none/a.keyring'), {
      code: 'store-unusable',
      message: /expected to be made, got ENOENT/u,
    });
    for (const name of ['ä.keyring', '_c3_a4.keyring']) {
      writeFileSync(path.join(folder, name), '');
    }
    await assert.rejects(start(folder), {
      code: 'store-unusable',
      message: /rename one of them$/u,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('startService: a password that does not open the file any more is read once, not for ever', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-service-'));
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  let asked = 0;
  const readAgain = async (): Promise<Uint8Array> => {
    asked += 1;
    return bytes('changed');
  };
  const file = { path: path.join(folder, 'a.keyring'), password: bytes('pw'), readAgain };
  const service = await startService({ ...PLAN, file });
  try {
    const timeouts = { promptMs: 60_000 };
    const client = await SecretService.connect({ address: service.busAddress, timeouts });
    await client.store('L', { app: 'demo' }, 's3cret');
    const collection = await client.defaultCollection();
    await collection.lock();
    await assert.rejects(collection.unlock(), { code: 'dismissed' });
    assert.equal(asked, 1);
    assert.equal(await collection.isLocked(), true);
    await client.close();
  } finally {
    await service.close();
    rmSync(folder, { recursive: true });
  }
});
