import { Piscina } from 'piscina'
import { FUNCTIONS } from '../functions.mjs'

export const { noop, burn, sleep } = FUNCTIONS
export const moveBack = async (array) => Piscina.move(array)
