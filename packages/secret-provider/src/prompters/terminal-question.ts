/**
 * Prompts in words. Labels and the names of programs are the client's: control characters in them
 * could move the cursor over what was written before, or type, so they are shown as escapes; so are
 * the quotes that end them, or a label would go on as the sentence that its writer likes.
 */

import type { AccessKind, Caller } from '../types/policy.ts';
import type { PromptRequest } from './prompter.ts';

/** Controls, separators other than the space, what is not seen or turns the direction of writing. */
const UNSAFE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** A label may have megabytes; who reads the question needs the beginning. */
const MAX_LABEL_CHARACTERS = 100;

/** What a question is put in words from. */
type Wishes = Readonly<Record<Exclude<PromptRequest['action'], 'access'>, string>>;

const WISHES: Wishes = {
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
  const { action, access, label, count = 1 } = request;
  const wish =
    action === 'access' ? (access === undefined ? 'use' : ACCESSES[access]) : WISHES[action];
  const all = count > 1 ? ` and others, ${count} in all:` : '';
  return `${describeCaller(caller)} wants to ${wish}${all} ${quoted(label)}.`;
}

function describeCaller({ uniqueName, processId, program }: Caller): string {
  if (processId === undefined) return `A program that the bus cannot name (${uniqueName})`;
  if (program === undefined) return `Process ${processId}`;
  return `${quoted(program)} (process ${processId})`;
}

// @rule provider/questions-steer-no-terminal keywire#terminal-prompter
function quoted(text: string): string {
  const cut = text.length > MAX_LABEL_CHARACTERS ? `${text.slice(0, MAX_LABEL_CHARACTERS)}…` : text;
  const shown = cut
    .replace(/["\\]/gu, '\\$&')
    .replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return `"${shown}"`;
}
