// Serves the page for a person. See tools/conformance.mjs.
import { once } from 'node:events'
import { Consumer } from '../consumer.mjs'
import { serve } from '../web-server.mjs'
import { makeSite } from './site.mjs'

const consumer = await Consumer.create()
const site = await serve(await makeSite(consumer))
console.log(`Open ${site.url} in any browser of this machine. Ctrl-C ends it.`)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
site.close()
consumer.remove()
process.exit()
