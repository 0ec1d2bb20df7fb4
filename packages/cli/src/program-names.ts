/** The names of the other programs that keywire stands in for; what each does is loaded by programs.ts. */
export const PROGRAM_NAMES = [
  'keyring',
  'secret-tool',
  'git-credential-keywire',
  'docker-credential-keywire',
] as const;

export type ProgramName = (typeof PROGRAM_NAMES)[number];
