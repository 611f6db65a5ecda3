/** What the kernel says about a process (proc_pid_stat(5)). Linux alone. */
import { readFileSync } from 'node:fs';

/** USER_HZ: what /proc/<pid>/stat counts in, on every Linux there is. */
const TICKS_PER_SECOND = 100;

/** The fields behind the name, which may hold anything: the state, the parent, … */
export const statOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

/** CPU that it has used so far, in milliseconds (user and system, all threads). */
export function cpuMsOf(pid: number): number {
  const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number);
  return ((user + system) * 1000) / TICKS_PER_SECOND;
}
