/**
 * `@keywire/keyring/prompt`: a secret typed on the terminal, without echo. A sub-path of its own,
 * because a program that asks somewhere else shall not carry it.
 */
export { MAX_HIDDEN_LINE_BYTES } from './hidden-line.ts';
export { type ReadHiddenOptions, readHidden } from './io/read-hidden.ts';
export { isPromptError, PromptError, type PromptErrorCode } from './prompt-error.ts';
