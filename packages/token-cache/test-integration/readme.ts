/** Runs each example of the README as a program, with a keyring and a home folder of its own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires } from '../../../test-fixtures/src/index.ts';
import { runExamples } from '../../../test-fixtures/src/readme-examples.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const missing = requires('dbus-daemon', 'gnome-keyring');
if (missing !== undefined) test.skip('the examples of the README', missing);
else {
  test('the examples of the README do what they say', async () => {
    await inFolder(async (folder) => {
      await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
      const { url, close } = await startEndpoint();
      const env = { ...keyring.env, HOME: folder, TOKEN_ENDPOINT: url };
      assert.deepEqual(await runExamples(readme, { folder, env }), [
        'access of refresh_token\n',
        'function function\n',
        '[]\n[]\nremoved\nsecret true\n',
      ]);
      assert.equal(existsSync(join(folder, '.old-cache.json')), false);
      await close();
    });
  });
}

test('the README names every code there is', () => {
  for (const file of ['errors.ts', 'tokens/token-store-error.ts']) {
    const text = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
    const [, union = ''] = /export type \w+ErrorCode =(.*?);/su.exec(text) ?? [];
    const codes = [...union.matchAll(/'([a-z-]+)'/gu)].map(([, code = '']) => code);
    assert.ok(codes.length > 5);
    assert.deepEqual(
      codes.filter((code) => !readme.includes(`\`${code}\``)),
      [],
    );
  }
});

/** A token endpoint that grants what it is asked for. */
async function startEndpoint(): Promise<{ url: string; close: () => Promise<unknown> }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: unknown) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const grant = new URLSearchParams(body).get('grant_type');
      const answer = { access_token: `access of ${grant}`, refresh_token: 'r', expires_in: 3600 };
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
