import { arch, cpus, platform } from 'node:os'
import process from 'node:process'

/** What the numbers depend on, beside what was measured. */
export function environment() {
  const all = cpus()
  return {
    date: new Date().toISOString(),
    node: process.versions.node,
    system: `${platform()} ${arch()}`,
    cpu: all[0]?.model.trim(),
    cpus: all.length,
  }
}
