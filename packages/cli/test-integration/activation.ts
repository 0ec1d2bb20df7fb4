/**
 * The two files that have a session start `keywire serve --bus`: the D-Bus service file starts it on a
 * real bus when a client calls, and systemd's own checker takes the unit. Paths that need quoting are
 * in both.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, gdbusCall, requires, run, secretTool } from '../../../test-fixtures/src/index.ts';
import { createWorld, type World } from './support/run-world.ts';

const NAME = 'org.freedesktop.secrets';

/** A folder whose name every quoting has to deal with, and options that name files in it. */
function awkwardStore(world: World): readonly string[] {
  const folder = path.join(world.folder, 'a "b" \'c\' $HOME %h \\ `d`');
  mkdirSync(folder);
  const password = path.join(folder, 'pass word');
  writeFileSync(password, 'open\n');
  return [`--store=${path.join(folder, 'my store.keyring')}`, `--password-file=${password}`];
}

async function print(world: World, ...options: readonly string[]): Promise<string> {
  const [program, ...words] = world.keywire;
  const result = await run(program, [...words, 'serve', ...options], { env: world.env });
  assert.equal(result.code, 0, result.stderr);
  return new TextDecoder().decode(result.stdout);
}

const missing = requires('dbus-daemon', 'secret-tool');
if (missing === undefined) {
  test('serve --print-activation: secret-tool starts the service by calling it, each time', async () => {
    using world = createWorld();
    const text = await print(world, ...awkwardStore(world), '--print-activation');
    const fields = new Map(
      [...text.matchAll(/^(\w+)=(.*)$/gmu)].map(([, key, value]) => [key, value]),
    );
    assert.equal(fields.get('Name'), NAME);
    const exec = fields.get('Exec') ?? assert.fail(text);
    let provider: string | undefined;
    {
      await using bus = await bootBus({ services: [{ name: NAME, exec }] });
      const stored = await secretTool(bus.env, ['store', '--label=L', 'app', 'demo'], {
        input: 's3cret',
      });
      assert.equal(stored.code, 0, stored.stderr);
      const first = await ownerProcess(bus);
      process.kill(Number(first), 'SIGTERM');
      await gone(first);
      const { stdout } = await secretTool(bus.env, ['lookup', 'app', 'demo']);
      assert.equal(new TextDecoder().decode(stdout), 's3cret');
      provider = await ownerProcess(bus);
      assert.notEqual(provider, first);
    }
    // The bus is gone, and what it started goes with it.
    await gone(provider);
    assert.deepEqual(world.leftBehind(), []);
  });
} else {
  test.skip('serve --print-activation', missing);
}

async function ownerProcess(bus: Parameters<typeof gdbusCall>[0]): Promise<string> {
  const answer = await gdbusCall(bus, {
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    method: 'org.freedesktop.DBus.GetConnectionUnixProcessID',
    args: [NAME],
  });
  const [, number = ''] = /^uint32 (\d+)$/u.exec(answer) ?? [];
  return number;
}

/** Resolves when a process that is nobody's child here has ended. */
async function gone(processId: string | undefined): Promise<void> {
  const { code } = await run('/usr/bin/tail', [`--pid=${processId}`, '-f', '/dev/null']);
  assert.equal(code, 0);
}

const noSystemd = requires('systemd-analyze');
if (noSystemd === undefined) {
  test('serve --print-unit: systemd takes the unit, and would not take one that is wrong', async () => {
    using world = createWorld();
    const unit = path.join(world.folder, 'keywire.service');
    const verify = async (text: string) => {
      writeFileSync(unit, text);
      const args = ['verify', '--user', '--man=no', unit];
      return await run('/usr/bin/systemd-analyze', args, { env: world.env });
    };
    for (const options of [
      [],
      ['--seed=s.json', '--policy=p.json', '--prompter=none', '--profile=kwallet'],
      [...awkwardStore(world), '--audit-log=a.log', '--audit-attributes'],
    ]) {
      const { code, stderr } = await verify(await print(world, ...options, '--print-unit'));
      assert.deepEqual([code, stderr], [0, ''], options.join(' '));
    }
    const text = await print(world, '--print-unit');
    const unknown = await verify(text.replace('LimitCORE=', 'LimitCOAL='));
    assert.match(unknown.stderr, /LimitCOAL/u);
    assert.notEqual((await verify(text.replace('ExecStart=/', 'ExecStart='))).code, 0);
  });
} else {
  test.skip('serve --print-unit', noSystemd);
}
