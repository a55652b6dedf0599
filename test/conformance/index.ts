import { actors } from './actors.js'
import { ahead } from './ahead.js'
import { batches } from './batches.js'
import { cancel } from './cancel.js'
import type { Case } from './case.js'
import { futures } from './client.js'
import { concurrent, executables } from './concurrent.js'
import { consoles } from './consoles.js'
import { data } from './data.js'
import { doors } from './doors.js'
import { errors } from './errors.js'
import { files } from './files.js'
import { functions } from './functions.js'
import { links } from './links.js'
import { contexts, hooks, listeners } from './listeners.js'
import { losses } from './losses.js'
import { noop } from './noop.js'
import { original } from './original.js'
import { queue } from './queue.js'
import { resources } from './resources.js'
import { resultRefs } from './result-refs.js'
import { shutdown } from './shutdown.js'
import { start } from './start.js'
import { states } from './states.js'
import { stuck } from './stuck.js'
import { demands, retries, signals, timeouts } from './task-options.js'
import { transfers, values } from './values.js'
import { memory, memoryLimits, workers } from './workers.js'

import { workflow } from './workflow/index.js'

export type { Backend, BackendClass, Case, Context, Package } from './case.js'

/** The contract, as cases that run in every runtime. */
export const conformance: readonly Case[] = [
  ...start,
  ...resources,
  ...batches,
  ...values,
  ...transfers,
  ...errors,
  ...functions,
  ...listeners,
  ...contexts,
  ...hooks,
  ...states,
  ...cancel,
  ...stuck,
  ...timeouts,
  ...signals,
  ...demands,
  ...retries,
  ...workers,
  ...memory,
  ...memoryLimits,
  ...queue,
  ...links,
  ...resultRefs,
  ...files,
  ...consoles,
  ...ahead,
  ...losses,
  ...original,
  ...doors,
  ...shutdown,
  ...futures,
  ...data,
  ...actors,
  ...noop,
  ...concurrent,
  ...executables,
  ...workflow,
]
