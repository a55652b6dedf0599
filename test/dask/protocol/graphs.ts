import { PythonCall, PythonGlobal } from '../../../src/dask/protocol/python.js'
import { fromHex } from './hex.js'

// Two tasks, of which b-2 depends on a-1, in two forms that real schedulers took, byte for byte.

/** The graph that a scheduler of 2024.12 unpickles. */
export const GRAPH =
  '80048c1e64697374726962757465642e70726f746f636f6c2e73657269616c697a658c08546f5069636b6c6593948c136461736b2e686967686c6576656c67726170688c0e486967684c6576656c477261706893947d288c026a737d288c03612d318c0f6461736b2e5f7461736b5f737065638c045461736b9394288c03612d318c09696d706f72746c69628c0d696d706f72745f6d6f64756c6593948c216a735f7461736b5f6e656564735f615f6a6176617363726970745f776f726b6572431282a2666ea6783d3e782b31a461726773910174528c03622d326802288c03622d3268038c216a735f7461736b5f6e656564735f615f6a6176617363726970745f776f726b6572431282a2666ea6783d3e782b31a46172677391018c0f6461736b2e5f7461736b5f737065638c075461736b52656693948c03612d318552745275757d288c026a738f75865285522e'

/** The expression that one of 2026 unpickles. */
export const EXPRESSION =
  '80048c0a6461736b2e5f657870728c11457870722e5f7265636f6e7374727563749394288c0a6461736b2e5f657870728c074c4c474578707293947d288c03612d318c0f6461736b2e5f7461736b5f737065638c045461736b9394288c03612d318c09696d706f72746c69628c0d696d706f72745f6d6f64756c6593948c216a735f7461736b5f6e656564735f615f6a6176617363726970745f776f726b6572431282a2666ea6783d3e782b31a461726773910174528c03622d326802288c03622d3268038c216a735f7461736b5f6e656564735f615f6a6176617363726970745f776f726b6572431282a2666ea6783d3e782b31a46172677391018c0f6461736b2e5f7461736b5f737065638c075461736b52656693948c03612d3185527452758c086a732d746f6b656e7d74522e'

const importModule = new PythonGlobal('importlib', 'import_module')
// MessagePack of { fn: 'x=>x+1', args: [1] }. New each time, since what is shared is written once.
const payload = () => fromHex('82a2666ea6783d3e782b31a4617267739101')
const call = (module: string, name: string, ...args: readonly unknown[]) => new PythonCall(new PythonGlobal(module, name), args)
const task = (key: string, ...dependencies: readonly unknown[]) =>
  call('dask._task_spec', 'Task', key, importModule, 'js_task_needs_a_javascript_worker', payload(), ...dependencies)

const tasks = () =>
  new Map([
    ['a-1', task('a-1')],
    ['b-2', task('b-2', call('dask._task_spec', 'TaskRef', 'a-1'))],
  ])

export const graph = (): PythonCall =>
  call(
    'distributed.protocol.serialize',
    'ToPickle',
    call('dask.highlevelgraph', 'HighLevelGraph', new Map([['js', tasks()]]), new Map([['js', new Set()]])),
  )

export const expression = (): PythonCall =>
  call('dask._expr', 'Expr._reconstruct', new PythonGlobal('dask._expr', 'LLGExpr'), tasks(), 'js-token', new Map())
