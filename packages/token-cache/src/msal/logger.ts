/** Passes messages on to the callback of MSAL's logger options, and to nobody without one. */
import type { ILogger, LoggerOptions, LogLevel } from '../types/msal.ts';

export function createLogger(options: LoggerOptions = {}): ILogger {
  const at =
    (level: LogLevel) =>
    (message: string): void =>
      options.loggerCallback?.(level, message, false);
  return { error: at(0), warning: at(1), info: at(2), verbose: at(3) };
}
