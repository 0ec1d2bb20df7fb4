/** An interface with a bit of everything, and its code. */

import { DBusErrorReply } from '../../src/connection-error.ts';
import { type ImplementedInterface, type IncomingCall, implement } from '../../src/objects.ts';
import type { Variant } from '../../src/variant.ts';

export const CALCULATOR = {
  name: 'org.example.Calculator',
  methods: {
    Add: { in: 'uu', out: 'u' },
    DivMod: { in: 'uu', out: 'uu' },
    Describe: { in: 'a{sv}', out: 'as' },
    Reset: {},
    Fail: { in: 's' },
    Caller: { out: 's' },
    Lie: { out: 'u' },
    Forget: { noReply: true },
  },
  signals: {
    Overflow: { args: 'su' },
    Cleared: {},
  },
  properties: {
    Level: { type: 'u', access: 'readwrite' },
    Name: { type: 's', access: 'read', emitsChanged: 'invalidates' },
    Secret: { type: 's', access: 'write' },
    Version: { type: 's', access: 'read', emitsChanged: 'const' },
  },
} as const;

export interface CalculatorState {
  level: number;
  secret: string;
  forgotten: number;
}

export function calculator(state: CalculatorState): ImplementedInterface {
  return implement(
    CALCULATOR,
    {
      Add: (_call, a, b) => a + b,
      DivMod: async (_call, a, b) => [Math.floor(a / b), a % b],
      Describe: (_call, values: Map<string, Variant>) =>
        [...values].map(([key, { signature }]) => `${key}:${signature}`),
      Reset: () => {
        state.level = 0;
      },
      Fail: (_call, text) => {
        throw new DBusErrorReply('org.example.Error.Asked', text);
      },
      Caller: ({ message }: IncomingCall) => message.sender ?? 'nobody',
      // What is no number for the compiler may be one for a user of JavaScript.
      Lie: () => Number.NaN,
      Forget: () => {
        state.forgotten++;
      },
    },
    {
      Level: {
        get: () => state.level,
        set: (_call, value) => {
          state.level = value;
        },
      },
      Name: { get: () => 'calculator' },
      Secret: {
        set: (_call, value) => {
          state.secret = value;
        },
      },
      Version: { get: async () => '1' },
    },
  );
}
