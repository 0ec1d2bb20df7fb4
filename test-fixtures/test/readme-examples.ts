import assert from 'node:assert/strict';
import { inFolder } from '../src/folder.ts';
import { test } from '../src/harness.ts';
import { runExamples } from '../src/readme-examples.ts';

const example = (code: string): string => `Text\n\n\`\`\`ts\n${code}\n\`\`\`\n`;

test('each example is a program of its own, with the sources of the packages that it names', () =>
  inFolder(async (folder) => {
    const readme = [
      example("import { marshal } from '@keywire/dbus-wire';\nconsole.log(marshal('y', [7])[0]);"),
      '```sh\nexit 1\n```\n',
      example(
        "import { openConnection } from '@keywire/dbus-wire/client';\nconsole.log(typeof openConnection);",
      ),
    ].join('\n');
    assert.deepEqual(await runExamples(readme, { folder }), ['7\n', 'function\n']);
  }));

test('an example that fails, or complains, is thrown', () =>
  inFolder(async (folder) => {
    const fails = runExamples(example('process.exitCode = 3;'), { folder });
    await assert.rejects(fails, /example 0/u);
    const complains = runExamples(example('console.error("hm");'), { folder });
    await assert.rejects(complains, /example 0/u);
  }));
