import { expose } from 'threads/worker'
import { FUNCTIONS } from '../functions.mjs'

expose(FUNCTIONS)
