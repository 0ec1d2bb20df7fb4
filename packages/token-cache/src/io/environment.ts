/** The user's folder and platform, as msal-node-extensions tells them. */
import { homedir } from 'node:os';
import process from 'node:process';

/** Names as in the original; where it looks into variables by hand, the system is asked. */
export interface EnvironmentNames {
  getEnvironmentVariable(name: string): string;
  getEnvironmentPlatform(): string;
  isWindowsPlatform(): boolean;
  isLinuxPlatform(): boolean;
  isMacPlatform(): boolean;
  isLinuxRootUser(): boolean;
  getUserRootDirectory(): string;
}

/** MSAL's view of the machine, under its own names. */
export const Environment: EnvironmentNames = {
  getEnvironmentVariable: (name) => process.env[name] ?? '',
  getEnvironmentPlatform: () => process.platform,
  isWindowsPlatform: () => process.platform === 'win32',
  isLinuxPlatform: () => process.platform === 'linux',
  isMacPlatform: () => process.platform === 'darwin',
  isLinuxRootUser: () => process.getuid?.() === 0,
  getUserRootDirectory(): string {
    const localData = process.env['LOCALAPPDATA'];
    return process.platform === 'win32' && localData !== undefined ? localData : homedir();
  },
};
