/**
 * `keywire serve --bus --policy=F` on the buses that can name a caller: one program may, another may
 * not, a third is asked about; and the audit log says which program it was.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, PYTHON, requires, run, secretTool } from '../../../test-fixtures/src/index.ts';
import { createWorld, startKeywire } from './support/run-world.ts';

const READ_IN_PYTHON = `
import secretstorage
from jeepney.io.blocking import open_dbus_connection
with open_dbus_connection("SESSION") as connection:
    found, = secretstorage.search_items(connection, {"app": "demo"})
    print(found.get_label())
    try:
        print(found.get_secret())
    except Exception as error:
        print(getattr(error, "name", error))
`;

interface Line {
  readonly operation: string;
  readonly decision: string;
  readonly caller: { readonly program?: string; readonly pid?: number; readonly uid?: number };
}

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  const title = `serve --policy on ${implementation}`;
  const missing = requires(implementation, 'secret-tool', 'secretstorage');
  if (missing !== undefined) {
    test.skip(title, missing);
    continue;
  }
  test(`${title}: each caller is judged by its program`, async () => {
    using world = createWorld();
    await using bus = await bootBus({ implementation });
    const env = { ...world.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
    const policy = path.join(world.folder, 'policy.json');
    const log = path.join(world.folder, 'audit.log');
    const python = realpathSync(PYTHON);
    writeFileSync(
      policy,
      JSON.stringify({
        rules: [
          { decision: 'refuse', programs: [python], kinds: ['read'] },
          { decision: 'ask', programs: ['/usr/bin/secret-tool'], kinds: ['delete'] },
          { decision: 'allow', programs: ['/usr/bin/secret-tool'] },
        ],
      }),
    );
    const options = [`--policy=${policy}`, '--prompter=dismiss', `--audit-log=${log}`];
    const { child, stderr } = await startKeywire({ ...world, env }, ['serve', '--bus', ...options]);
    const stored = await secretTool(env, ['store', '--label=L', 'app', 'demo'], {
      input: 's3cret',
    });
    assert.equal(stored.code, 0, stored.stderr);
    const { stdout: read } = await secretTool(env, ['lookup', 'app', 'demo']);
    assert.equal(new TextDecoder().decode(read), 's3cret');
    const other = await run(PYTHON, ['-I', '-c', READ_IN_PYTHON], { env });
    assert.equal(
      new TextDecoder().decode(other.stdout),
      'L\norg.freedesktop.DBus.Error.AccessDenied\n',
      other.stderr,
    );
    const cleared = await secretTool(env, ['clear', 'app', 'demo']);
    assert.notEqual(cleared.code, 0);
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [0, null]);
    assert.equal(stderr(), '');
    const lines = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): Line => JSON.parse(line));
    assert.deepEqual(
      lines
        .filter(({ operation }) => operation !== 'search')
        .map(({ operation, decision, caller }) => [operation, decision, caller.program]),
      [
        ['write', 'allow', '/usr/bin/secret-tool'],
        ['read', 'allow', '/usr/bin/secret-tool'],
        ['read', 'refuse', python],
        ['delete', 'refuse', '/usr/bin/secret-tool'],
      ],
    );
    const searchers = lines.filter(({ operation }) => operation === 'search');
    assert.ok(searchers.some(({ caller }) => caller.program === python));
    assert.ok(
      lines.every(({ caller }) => typeof caller.pid === 'number' && typeof caller.uid === 'number'),
    );
    const verified = await run(world.keywire[0], [world.keywire[1] ?? '', 'audit', 'verify', log], {
      env,
    });
    assert.equal(verified.code, 0, verified.stderr);
  });
}

// @rule cli/policy-without-programs
test('serve --policy on a private bus: says that no program is known, and refuses', async () => {
  using world = createWorld();
  const policy = path.join(world.folder, 'policy.json');
  writeFileSync(
    policy,
    JSON.stringify({
      rules: [{ decision: 'allow', programs: ['/usr/bin/git'] }],
      otherwise: 'allow',
    }),
  );
  const { child, line, stderr } = await startKeywire(world, ['serve', `--policy=${policy}`]);
  const env = { ...world.env, DBUS_SESSION_BUS_ADDRESS: line.slice(line.indexOf('=') + 1) };
  const [program, ...words] = world.keywire;
  const stored = await run(program, [...words, 'store', '--label=L', 'app', 'demo'], {
    env,
    input: 's',
  });
  assert.equal(stored.code, 6, stored.stderr);
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
  assert.match(stderr(), /^keywire: warning: on a private bus no program is known: [^\n]*\n$/u);
});

test('a refused read is denied, not absent', async () => {
  using world = createWorld();
  const policy = path.join(world.folder, 'policy.json');
  const rules = [{ decision: 'refuse', kinds: ['read'] }];
  writeFileSync(policy, JSON.stringify({ rules, otherwise: 'allow' }));
  const { child, line } = await startKeywire(world, ['serve', `--policy=${policy}`]);
  const env = { ...world.env, DBUS_SESSION_BUS_ADDRESS: line.slice(line.indexOf('=') + 1) };
  const [program, ...words] = world.keywire;
  const keywire = (...args: string[]) => run(program, [...words, ...args], { env, input: 's' });
  assert.equal((await keywire('store', '--label=L', 'app', 'demo')).code, 0);
  assert.equal((await keywire('lookup', 'app', 'demo')).code, 6);
  assert.equal((await keywire('search', 'app', 'demo')).code, 6);
  assert.equal((await keywire('lookup', 'app', 'other')).code, 1);
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
});
