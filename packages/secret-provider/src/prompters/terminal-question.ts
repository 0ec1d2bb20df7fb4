/**
 * Prompts in words. Labels and the names of programs are the client's: control characters in them
 * could move the cursor over what was written before, or type, so they are shown as escapes.
 */

import type { AccessKind, Caller } from '../types/policy.ts';
import type { PromptRequest } from './prompter.ts';

/** Controls, line and paragraph separators, what is not seen or turns the direction of writing. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A label may have megabytes; who reads the question needs the beginning. */
const MAX_LABEL_CHARACTERS = 100;

const WISHES: Readonly<Record<Exclude<PromptRequest['action'], 'access'>, string>> = {
  unlock: 'unlock the collection',
  lock: 'lock the collection',
  'create-collection': 'make the collection',
  'delete-collection': 'delete the whole collection',
  'create-item': 'store the item',
  'delete-item': 'delete the item',
};

const ACCESSES: Readonly<Record<AccessKind, string>> = {
  read: 'read',
  write: 'write to',
  delete: 'delete',
  unlock: 'unlock',
};

/** Who wants what, as one sentence. */
export function describeQuestion(request: PromptRequest, caller: Caller): string {
  const { action, access, label } = request;
  const wish =
    action === 'access' ? (access === undefined ? 'use' : ACCESSES[access]) : WISHES[action];
  return `${describeCaller(caller)} wants to ${wish} "${shown(label)}".`;
}

function describeCaller({ uniqueName, processId, program }: Caller): string {
  if (processId === undefined) return `A program that the bus cannot name (${uniqueName})`;
  if (program === undefined) return `Process ${processId}`;
  return `${shown(program)} (process ${processId})`;
}

// @rule provider/questions-steer-no-terminal keywire#terminal-prompter
function shown(text: string): string {
  const cut = text.length > MAX_LABEL_CHARACTERS ? `${text.slice(0, MAX_LABEL_CHARACTERS)}…` : text;
  return cut.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
