const OWN_WORKERS = 'its workers are those of the cluster, and are made elsewhere'
const COPIES = 'values cross machines, and are copied'
const LATE = 'a worker tells later what it holds'
const ACTORS = 'actors as arguments are refused on a cluster that was connected to'

/** Why some cases that concern a cluster of one's own do not concern one that was connected to. */
const NOT_THERE = new Map([
  ['Client: in Maps, too', 'a future under an object as the key of a Map is refused: which key it is nobody could say there'],
  ['Client: retries are made until one succeeds', 'a scheduler of Dask does not say the how-manieth attempt it is'],
  ['Client: beyond maxQueue there is no room', OWN_WORKERS],
  ['Client: unknown resources are refused', OWN_WORKERS],
  ['Client: it tells of its workers', OWN_WORKERS],
  ['Client: functions and classes of a worker of its own are known by their names', OWN_WORKERS],
  ['actors: arguments may be moved', COPIES],
  ['actors: tasks that are given one run where it is', ACTORS],
  ['actors: on different workers cannot be given to one task', ACTORS],
  ['actors: are lost with their worker, and so is a call that is under way', OWN_WORKERS],
  ['actors: are gone when they are released', LATE],
  ['Client: a failed future that nobody awaits is no unhandled rejection', 'of two that run at a time, the first may end last'],
  ['Client: what is run again for another’s sake is dropped with it', LATE],
  [
    'Client: functions of a module are run, and their results are of use to others',
    'the files of this machine are not there: modules are packages that the workers have',
  ],
  ['links: by uids, in a later batch, on several', 'DONE is told when the value is here, and by then what waited for it may run'],
  ['links: a task waits for the one it was linked to, and follows it to its worker', 'the scheduler of Dask decides that'],
  ['keepResult: where it is copied, it is copied on another worker, too', OWN_WORKERS],
])

/** Client, actors, links, kept results and workflows, on whatever cluster. */
const FACES = /^(?:Client|actors|links|keepResult|workflow)\b/

/** What is run on a cluster: the contract of every backend, and with `faces` what is built on it. */
export function casesOn({ faces }) {
  return {
    applies: ({ name, needs = [] }) => needs.length === 0 || (faces && FACES.test(name)),
    whyNot: ({ name }) => NOT_THERE.get(name),
  }
}
