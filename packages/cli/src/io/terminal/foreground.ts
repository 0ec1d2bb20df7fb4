/**
 * Whether this process is in the foreground of a terminal, whose Ctrl-C then goes to its children
 * as well. The kernel says so in /proc/self/stat; Node does not.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
import { readFileSync } from 'node:fs';

export function isInForeground(): boolean {
  let stat: string;
  try {
    stat = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    // Without /proc nobody knows: a signal that comes twice is better than none.
    return false;
  }
  return isForegroundStat(stat);
}

/** Reads the line of a process: `pid (name) state ppid pgrp session tty tpgid …`. */
export function isForegroundStat(stat: string): boolean {
  // The name may hold anything, brackets and spaces included.
  const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return terminal !== undefined && terminal !== '0' && group === foreground;
}
