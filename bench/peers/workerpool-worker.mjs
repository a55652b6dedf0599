import workerpool from 'workerpool'
import { FUNCTIONS } from '../functions.mjs'

workerpool.worker(FUNCTIONS)
