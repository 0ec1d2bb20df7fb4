/** What a prompter is asked, for its tests. */
import type { PromptRequest } from '../../src/prompters/prompter.ts';

export function promptRequest(changes: Partial<PromptRequest> = {}): PromptRequest {
  return {
    action: 'unlock',
    label: 'Login',
    needsPassword: false,
    wasWrong: false,
    windowId: '',
    client: ':1.1',
    describeClient: async () => ({ uniqueName: ':1.1', processId: 42, program: '/usr/bin/mail' }),
    ...changes,
  };
}
