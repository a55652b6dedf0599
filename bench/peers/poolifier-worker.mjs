import { ThreadWorker } from 'poolifier'
import { FUNCTIONS } from '../functions.mjs'

new ThreadWorker(FUNCTIONS)
