import { Tinypool } from 'tinypool'
import { FUNCTIONS } from '../functions.mjs'

export const { noop, burn, sleep } = FUNCTIONS
export const moveBack = async (array) => Tinypool.move(array)
