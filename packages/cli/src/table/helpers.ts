/** The part of the table of commands that other programs call: git's and Docker's helper. */
import { COLLECTION, COMMON } from '../arguments/common-options.ts';
import type { CommandSpec } from '../types/command.ts';

export const HELPER_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'git-credential',
    summary: "be git's credential helper",
    operands: 'words',
    words: ['get|store|erase|…'],
    options: [COLLECTION, ...COMMON],
    description: [
      'Answers get, store and erase as git asks them of a credential helper, on stdin and stdout; any other operation is passed over. Items are those of git-credential-libsecret: either helper reads what the other stored.',
      'The port is part of the host. An expired password is not given. What is erased must match in all that git says of it, the password included.',
      'Called as git-credential-keywire it is the same, so that git finds it by the name "keywire".',
    ],
    examples: [
      'git config --global credential.helper keywire',
      "printf 'protocol=https\\nhost=example.org\\n' | keywire git-credential get",
    ],
    load: async () => (await import('../commands/git-credential.ts')).gitCredential,
  },
  {
    name: 'docker-credential',
    summary: "be Docker's credential helper",
    operands: 'words',
    words: ['store|get|erase|list|version'],
    options: [COLLECTION, ...COMMON],
    description: [
      'Answers as Docker asks it of a credential helper, on stdin and stdout, errors included. Items are those of docker-credential-secretservice: either helper reads what the other stored.',
      'Called as docker-credential-keywire it is the same, so that Docker finds it by the name "keywire" of credsStore or credHelpers in ~/.docker/config.json.',
    ],
    examples: [
      'echo https://index.docker.io/v1/ | keywire docker-credential get',
      'keywire docker-credential list',
    ],
    exitCodes: [
      ['0', 'done'],
      ['1', 'not found, or not done: stdout says why, as Docker expects it'],
      ['2', 'wrong usage of keywire, which Docker does not make'],
    ],
    load: async () => (await import('../commands/docker-credential.ts')).dockerCredential,
  },
];
