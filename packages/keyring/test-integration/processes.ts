// Keyrings in several processes, threads and lives of a daemon: programs that never close end by
// themselves, others' changes are seen, and a daemon or a bus that starts again is found again.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootBus,
  bootGnomeKeyring,
  requires,
  runtime,
  startRecordingProxy,
} from '../../../test-fixtures/src/index.ts';
import { migrate, openKeyring } from '../src/index.ts';
import { onEach, onGnomeKeyring } from './support/keyrings.ts';
import { programPrints, runProgram } from './support/run-program.ts';

// @rule keyring/idle-ends-with-program
onEach('a program that never closes its keyring ends by itself', [], async ({ fixture }) => {
  const printed = await programPrints(
    fixture.env,
    [
      ['set', 'service', 'user', 'x'],
      ['get', 'service', 'user'],
      ['get', 'service', 'nobody'],
    ],
    { interactive: true, connect: { timeouts: { promptMs: 30_000 } } },
  );
  assert.deepEqual(printed, ['x', null]);
});

onGnomeKeyring(
  'a prompt that is open keeps the program alive until it is answered',
  { state: 'locked', prompter: 'delay' },
  [],
  async ({ fixture }) => {
    const program = programPrints(
      { ...fixture.env, DISPLAY: ':99' },
      [
        ['set', 'service', 'user', 'x'],
        ['get', 'service', 'user'],
      ],
      { interactive: true },
    );
    await fixture.prompter?.until('perform');
    fixture.prompter?.release();
    assert.deepEqual(await program, ['x']);
  },
);

onGnomeKeyring(
  'an abort ends the waiting for a dialog',
  { state: 'locked', prompter: 'never' },
  [],
  async ({ fixture, open }) => {
    const keyring = await open();
    const [storing, waiting] = [new AbortController(), new AbortController()];
    const controller = new AbortController();
    const { signal } = controller;
    const getting = keyring.getPassword('service', 'user', { signal });
    await fixture.prompter?.until('perform');
    controller.abort('enough');
    await assert.rejects(getting, { code: 'aborted' });
    // Of two that store under one key the second waits for the first, and for no longer than it likes.
    const first = keyring.setPassword('service', 'user', 'x', { signal: storing.signal });
    const second = keyring.setPassword('service', 'user', 'y', { signal: waiting.signal });
    waiting.abort('enough');
    await assert.rejects(second, { code: 'aborted' });
    storing.abort('enough');
    await assert.rejects(first, { code: 'aborted' });
    await assert.rejects(keyring.getPassword('service', 'user', { interactive: false }), {
      outcome: 'locked',
    });
  },
);

onEach(
  'several processes that set one new key leave a keyring that all read alike',
  [],
  async ({ fixture, open }) => {
    const options = { interactive: true, connect: { timeouts: { promptMs: 30_000 } } };
    const passwords = ['one', 'two', 'three', 'four'];
    await Promise.all(
      passwords.map((password) =>
        programPrints(fixture.env, [['set', 'service', 'user', password]], options),
      ),
    );
    const keyring = await open();
    const password = await keyring.getPassword('service', 'user');
    assert.ok(passwords.includes(password ?? ''), String(password));
    const seen = await Promise.all(
      [1, 2].map(() => programPrints(fixture.env, [['get', 'service', 'user']], options)),
    );
    assert.deepEqual(seen, [[password], [password]]);
    // Set once more, every entry there is says the same.
    await keyring.setPassword('service', 'user', 'last');
    const found = await keyring.findCredentials('service');
    assert.deepEqual(new Set(found.map((entry) => entry.password)), new Set(['last']));
    await keyring.deletePassword('service', 'user');
    assert.deepEqual(await programPrints(fixture.env, [['get', 'service', 'user']], options), [
      null,
    ]);
  },
  {},
  // KeePassXC crashes now and then when changes overlap (quirk P18).
  ['gnome-keyring', 'kwallet'],
);

onGnomeKeyring('worker threads share one process', {}, [], async ({ fixture, open }) => {
  const keyring = await open();
  await keyring.setPassword('service', 'main', 'from main');
  const program = fileURLToPath(new URL('support/program.ts', import.meta.url));
  const { sourceArgs } = runtime('node');
  const outputs = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const steps = [
        ['set', 'service', name, `from ${name}`],
        ['get', 'service', name],
        ['get', 'service', 'main'],
      ];
      const worker = new Worker(program, {
        execArgv: [...sourceArgs],
        env: { ...fixture.env, KEYWIRE_TEST_STEPS: JSON.stringify({ steps }) },
        stdout: true,
      });
      let text = '';
      worker.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      const [code] = await once(worker, 'exit');
      assert.equal(code, 0);
      return text;
    }),
  );
  assert.deepEqual(outputs, [
    '"from a"\n"from main"\n',
    '"from b"\n"from main"\n',
    '"from c"\n"from main"\n',
  ]);
  assert.equal((await keyring.findCredentials('service')).length, 4);
});

onGnomeKeyring('changes by other processes are told', {}, [], async ({ fixture, open }) => {
  const keyring = await open();
  const controller = new AbortController();
  const events = keyring.events({ signal: controller.signal })[Symbol.asyncIterator]();
  const first = events.next();
  await programPrints(fixture.env, [['set', 'service', 'user', 'x']]);
  const entry = { service: 'service', username: 'user' };
  assert.deepEqual((await first).value, { type: 'created', isOwn: false, entry });
  await programPrints(fixture.env, [['clear', 'service', 'user']]);
  let event = (await events.next()).value;
  while (event?.type === 'changed') event = (await events.next()).value;
  assert.deepEqual(event, { type: 'deleted', isOwn: false, entry });
  controller.abort();
  assert.equal((await events.next()).done, true);
});

// @rule keyring/following-keeps-alive
onGnomeKeyring(
  'a program that follows changes is told from then on, and ends when it has followed',
  {},
  [],
  async ({ fixture, open }) => {
    const keyring = await open();
    const events = keyring.events();
    const program = programPrints(fixture.env, [['follow', 'service', 'own', 'awaited']]);
    for await (const { entry } of events) {
      if (entry?.username === 'own') break;
    }
    await keyring.setPassword('service', 'awaited', 'x');
    assert.deepEqual(await program, [
      ['created', 'own', true],
      ['created', 'awaited', false],
    ]);
  },
);

const MOVING = { config: 'none', from: 'keytar', to: 'keywire', deleteSource: true } as const;

const missing = requires('dbus-daemon', 'gnome-keyring');
const name =
  'gnome-keyring: a daemon that starts again is found again, and one that is gone is told';
if (missing !== undefined) test.skip(name, missing);
else
  test(name, async () => {
    await using bus = await bootBus();
    const options = { config: 'none', connect: { address: bus.address } } as const;
    const first = await bootGnomeKeyring({ bus });
    await using keyring = await openKeyring(options);
    await keyring.setPassword('service', 'user', 'x');
    await first[Symbol.asyncDispose]();
    await assert.rejects(keyring.getPassword('service', 'user'), { outcome: 'unavailable' });
    assert.equal((await keyring.status()).state, 'unavailable');
    await using _second = await bootGnomeKeyring({ bus });
    assert.equal(await keyring.getPassword('service', 'user'), 'x');
    await keyring.setPassword('service', 'user', 'y');
    assert.equal(await keyring.getPassword('service', 'user'), 'y');
  });

onGnomeKeyring(
  'a lookup is four flights at most, opening included',
  {},
  [],
  async ({ fixture }) => {
    await using proxy = await startRecordingProxy(fixture.bus.address);
    {
      await using keyring = await openKeyring({
        config: 'none',
        connect: { address: proxy.address },
      });
      await keyring.setPassword('service', 'user', 'x');
    }
    proxy.reset();
    await using keyring = await openKeyring({
      config: 'none',
      connect: { address: proxy.address },
    });
    assert.equal(await keyring.getPassword('service', 'user'), 'x');
    // One session of 256 is not canonical and is replaced, which is two flights more.
    const opened = proxy.messages().filter(({ member }) => member === 'OpenSession').length;
    assert.ok(proxy.flights() <= 4 + 2 * (opened - 1), `${proxy.flights()} flights`);
  },
);

onGnomeKeyring(
  'a migration reads in batches: of ten entries it takes half as many flights',
  {},
  [],
  async ({ fixture, open }) => {
    await using proxy = await startRecordingProxy(fixture.bus.address);
    const keytar = await open({ scheme: 'keytar' });
    for (let index = 0; index < 10; index += 1) {
      await keytar.setPassword('service', `user ${index}`, 'x');
    }
    const connect = { address: proxy.address };
    const moving = { config: 'none', connect, from: 'keytar', to: 'keywire' } as const;
    assert.equal((await migrate(moving)).copied, 10);
    // About 60 and 45, in shares that the daemon's pace decides; one after the other, 117 and 97.
    assert.ok(proxy.flights() <= 90, `${proxy.flights()} flights to copy`);
    proxy.reset();
    assert.equal((await migrate({ ...moving, deleteSource: true })).deleted, 10);
    assert.ok(proxy.flights() <= 80, `${proxy.flights()} flights to delete`);
  },
);

onGnomeKeyring(
  'a migration that is killed anywhere loses nothing, and the next one finishes it',
  {},
  [],
  async ({ fixture, open }) => {
    const from = await open({ scheme: 'keytar' });
    const to = await open();
    const stored = [{ username: 'user', password: 'x' }];
    let killed = 0;
    // Right after each write to the bus, from the first to the last.
    for (let write = 1; ; write += 1) {
      await to.clearPassword('service', 'user');
      await from.setPassword('service', 'user', 'x');
      const steps = [['migrate', 'keytar', 'keywire']];
      const kill = { KEYWIRE_TEST_KILL_AT: String(write) };
      const { code, signal } = await runProgram(fixture.env, steps, {}, kill);
      const old = await from.findCredentials('service');
      const moved = await to.findCredentials('service');
      if (code === 0) {
        assert.deepEqual([old, moved], [[], stored]);
        break;
      }
      assert.equal(signal, 'SIGKILL');
      killed += 1;
      for (const found of [old, moved]) assert.ok(found.length === 0 || found[0]?.password === 'x');
      assert.ok(old.length + moved.length > 0, `lost at write ${write}`);
      const connect = { address: fixture.bus.address };
      await migrate({ ...MOVING, connect });
      assert.deepEqual(await to.findCredentials('service'), stored);
      assert.deepEqual(await from.findCredentials('service'), []);
    }
    assert.ok(killed > 8, `${killed} kills`);
  },
);
