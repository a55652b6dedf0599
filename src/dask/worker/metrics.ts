export interface WorkerMetrics {
  /** Bytes of the process, whatever holds them. */
  readonly memory: number
  readonly cpu: number
  readonly executing: number
  readonly values: number
  /** What those take. */
  readonly bytes: number
}

/** What a worker takes of its process. */
export interface Usage {
  /** Bytes. */
  memory(): number
  /** Per cent of one core, since it was last asked. */
  cpu(): number
}

/** What a scheduler reads of a worker, and its dashboard shows. It looks for each of these names. */
export function metricsOf({ memory, cpu, executing, values, bytes }: WorkerMetrics): object {
  return {
    task_counts: { executing, memory: values },
    bandwidth: { total: 100_000_000, workers: {}, types: {} },
    digests_total_since_heartbeat: {},
    managed_bytes: bytes,
    spilled_bytes: { memory: 0, disk: 0 },
    transfer: {
      incoming_bytes: 0,
      incoming_count: 0,
      incoming_count_total: 0,
      outgoing_bytes: 0,
      outgoing_count: 0,
      outgoing_count_total: 0,
    },
    event_loop_interval: 0.02,
    cpu,
    memory,
    time: seconds(),
    host_net_io: { read_bps: 0, write_bps: 0 },
    host_disk_io: { read_bps: 0, write_bps: 0 },
    num_fds: 0,
  }
}

/** Since 1970, finer than milliseconds: the scheduler refuses a task that took no time. */
export function seconds(): number {
  return (performance.timeOrigin + performance.now()) / 1_000
}
