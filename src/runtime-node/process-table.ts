import { readdirSync, readFileSync } from 'node:fs'

/** Groups of processes of which somebody runs, as they were seen. */
interface Sight {
  readonly at: number
  /** When it is too old. */
  readonly until: number
  readonly groups: ReadonlySet<number>
}

// To look at all processes takes long, and many may ask: a sight is good for so many times as long.
const FRESH = 5

let seen: Sight = { at: Number.NEGATIVE_INFINITY, until: Number.NEGATIVE_INFINITY, groups: new Set() }

/**
 * Whether somebody of a process group, which is there, still runs. What has ended stays in the table until it is reaped, which
 * the first process of a container may do late or never. True where the system has no such table as Linux has.
 *
 * @param startedAt when the group was started, on the clock of `performance`: what was seen before says nothing of it
 */
export function isGroupRunning(group: number, startedAt: number): boolean {
  if (process.platform !== 'linux') return true
  try {
    if (seen.at <= startedAt || seen.until < performance.now()) seen = look()
    return seen.groups.has(group)
  } catch {
    return true
  }
}

function look(): Sight {
  const at = performance.now()
  const groups = runningGroups()
  const end = performance.now()
  return { at, until: end + (end - at) * FRESH, groups }
}

function runningGroups(): ReadonlySet<number> {
  return new Set(readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? runningGroupOf(name) : [])))
}

function runningGroupOf(pid: string): number[] {
  try {
    // `4298 (name (of) it) S 1 4298 …`: after the name come its state, its parent and its group.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? [] : [Number(group)]
  } catch {
    // It is gone.
    return []
  }
}
