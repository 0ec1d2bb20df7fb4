/**
 * `@keywire/keyring/prompt`: a secret typed on the terminal, without echo. A sub-path of its own,
 * because a program that asks somewhere else shall not carry it.
 */

export { type ReadHiddenOptions, readHidden } from './io/read-hidden.ts';
export { MAX_HIDDEN_LINE_BYTES } from './terminal/hidden-line.ts';
export { isPromptError, PromptError, type PromptErrorCode } from './terminal/prompt-error.ts';
