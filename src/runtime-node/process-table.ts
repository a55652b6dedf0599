import { readdirSync, readFileSync } from 'node:fs'

/**
 * Whether somebody of a process group, which is there, still runs. What has ended stays in the table until it is reaped, which
 * the first process of a container may do late or never. True where the system has no such table as Linux has.
 */
export function isGroupRunning(group: number): boolean {
  if (process.platform !== 'linux') return true
  try {
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && runsIn(group, name))
  } catch {
    return true
  }
}

function runsIn(group: number, pid: string): boolean {
  try {
    // `4298 (name (of) it) S 1 4298 …`: after the name come its state, its parent and its group.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X'
  } catch {
    // It is gone.
    return false
  }
}
