import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of processor time of a process and all its threads so far, by the operating system; steps of 10 ms. */
export function readCpuSeconds(pid) {
  // proc(5): the name in parentheses may hold spaces; utime and stime are the fields 14 and 15.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** MB that are resident now, and the most that ever were since `forgetPeak`. */
export function readMemory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}

/** proc(5), clear_refs: 5 sets the peak back to what is resident now. */
export function forgetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Not ours to write: the peak is then that of the whole life.
  }
}

/** Files and sockets that a process holds open. */
export function countHandles(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}
