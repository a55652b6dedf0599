// The inside of the workers: what the workflow calls by name.
import { expose } from 'daskflow/worker'
import { compare } from './comparison.ts'
import { estimateGap, judge } from './gap.ts'
import { loadReadings, selectStation } from './readings.ts'
import { describe } from './statistics.ts'

const tasks = { loadReadings, selectStation, describe, compare, estimateGap, judge }

export type Tasks = typeof tasks

expose(tasks)
