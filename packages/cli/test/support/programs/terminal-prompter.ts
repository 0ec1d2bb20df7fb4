// Asks one question through the terminal prompter and says what came of it.
import { execFileSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { openTerminalPrompter } from '../../../src/io/services/terminal-prompter.ts';

const question = new AbortController();
process.once('SIGUSR2', () => question.abort());
try {
  const opened = openTerminalPrompter();
  process.once('SIGTERM', () => {
    void opened.close().then(() => {
      const modes = execFileSync('stty', ['-a'], { stdio: ['inherit', 'pipe', 'inherit'] });
      writeSync(1, `closed, ${/-icanon|-echo /u.test(modes.toString()) ? 'raw' : 'as it was'}.\n`);
    });
  });
  if (process.argv.includes('taken-back')) question.abort();
  const reply = await opened.prompter.ask(
    {
      action: 'unlock',
      label: 'Login',
      needsPassword: process.argv.includes('password'),
      wasWrong: false,
      windowId: '',
      client: ':1.1',
      describeClient: async () => ({ uniqueName: ':1.1', processId: 42 }),
    },
    question.signal,
  );
  const password = reply.answer === 'accept' ? reply.password : undefined;
  const typed = password === undefined ? '' : ` ${Buffer.from(password).toString('hex')}`;
  writeSync(1, `${reply.answer}${typed}.\n`);
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error;
  writeSync(1, `failed ${String(error.code)}.\n`);
}
