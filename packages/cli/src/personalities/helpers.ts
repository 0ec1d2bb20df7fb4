/** `git-credential-keywire` and `docker-credential-keywire`, by their own names. */
import { closeAfter } from '../close-after.ts';
import { type DockerContext, dockerUsage, runDockerAction } from '../commands/docker-credential.ts';
import { run } from '../run.ts';
import type { Personality } from '../types/command.ts';
import type { Keyring } from '../types/keyring.ts';

/** Git puts its helper's configured arguments before the operation: they are the command's options. */
export const gitCredentialProgram: Personality = (argv, host) =>
  run(['git-credential', ...argv], host);

export const dockerCredentialProgram: Personality = async (argv, host) => {
  const [word] = argv;
  if (word === undefined || argv.length > 1) return dockerUsage(false);
  if (word === '--help' || word === '-h') return dockerUsage(true);
  let keyring: Keyring | undefined;
  const isVersion = word === '--version' || word === '-v';
  const context: DockerContext = {
    host,
    async openKeyring() {
      keyring = await host.openKeyring({ noPrompt: false, plain: false });
      return keyring;
    },
  };
  return await closeAfter(
    () => runDockerAction(isVersion ? 'version' : word, context),
    () => keyring,
  );
};
