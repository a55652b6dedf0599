// What the rows of the tables are called, where a gate asks for one by name.

export const OURS = 'DaskExecutionBackend'
export const ONE_WORKER = 'DaskExecutionBackend, one worker'
export const CLIENT = 'Client'
export const CLIENT_KILLED = 'Client, a worker killed in the middle'
export const ENGINE = 'WorkflowEngine'
export const ENGINE_FLAT = 'WorkflowEngine, tasks without edges'
export const RAW = 'raw postMessage'
export const RAW_IN_BATCHES = 'raw postMessage in batches'
export const COMLINK = 'comlink'
export const DASK = "Python Dask's LocalCluster"
export const DASK_UNQUEUED = `${DASK}, unqueued`
export const PYTHON_CLIENT = "Python's client and workers"
export const IDEAL = 'sleeping loops'
