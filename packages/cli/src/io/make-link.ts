/** Makes a link to this very program. */
import { readlink, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../output/cli-error.ts';
import { errorCode } from './error-code.ts';

/**
 * @param program - the path of this program, which may itself be a link
 * @returns the path of the link
 * @throws {@link CliError} with code `output-unwritable`
 */
export async function makeLink(program: string, folder: string, name: string): Promise<string> {
  const target = await realpath(program);
  const link = path.resolve(folder, name);
  try {
    await symlink(target, link);
    return link;
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EEXIST') {
      throw new CliError(
        'output-unwritable',
        `link: DIR: expected a folder to make a link in, got ${code}`,
      );
    }
    if ((await targetOf(link)) === target) return link;
    throw new CliError(
      'output-unwritable',
      'link: something is there already, and is left as it is',
    );
  }
}

/** What a link points to; `undefined` for what is no link. */
async function targetOf(link: string): Promise<string | undefined> {
  try {
    return await readlink(link);
  } catch {
    // What cannot be looked at is left as it is, too.
    return undefined;
  }
}
