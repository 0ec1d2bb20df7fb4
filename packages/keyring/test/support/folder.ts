import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Gives a fresh folder to a test body, and removes it afterwards. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kw-keyring-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
