/**
 * Where Python's keyring keeps its configuration and its data, and the one thing that is written
 * there: that it is switched off.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { isFolderError, makeFolder } from '@keywire/file-lock';
import { CliError } from '../../output/cli-error.ts';
import type { PythonConfigReport } from '../../types/password-stores.ts';
import { errorCode } from '../error-code.ts';

const FOLDER = 'python_keyring';
const DISABLED = '[backend]\ndefault-keyring=keyring.backends.null.Keyring';

/** @throws {@link CliError} with code `output-unwritable` where no home folder is known */
export function pythonConfig(): PythonConfigReport {
  const file = path.join(baseFolder('XDG_CONFIG_HOME', '.config'), FOLDER, 'keyringrc.cfg');
  const dataRoot = path.join(baseFolder('XDG_DATA_HOME', '.local/share'), FOLDER);
  return { path: file, isPresent: existsSync(file), dataRoot };
}

/**
 * Writes the configuration that switches Python's keyring off; false where there is one already.
 *
 * @throws {@link CliError} with code `output-unwritable`
 */
export async function disablePythonKeyring(): Promise<boolean> {
  const file = pythonConfig().path;
  try {
    await makeFolder(path.dirname(file));
    await writeFile(file, DISABLED, { flag: 'wx' });
    return true;
  } catch (error) {
    const code = errorCode(isFolderError(error) ? error.cause : error);
    if (code === 'EEXIST') return false;
    throw new CliError('output-unwritable', `${file}: expected to write it, got ${code}`);
  }
}

/** Absolute, as what reads the file has it: a relative path would be another in each working directory. */
function baseFolder(variable: string, belowHome: string): string {
  const folder = process.env[variable];
  if (folder?.startsWith('/') === true) return folder;
  const home = homeFolder();
  if (home.startsWith('/')) return path.join(home, belowHome);
  throw new CliError(
    'output-unwritable',
    `${variable}: expected it or HOME to name a folder, got neither`,
  );
}

function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // No HOME, and a user who is on no list.
    return '';
  }
}
