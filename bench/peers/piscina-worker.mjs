import { FUNCTIONS } from '../functions.mjs'

export const { noop } = FUNCTIONS
