import * as daskflow from 'daskflow'
import { startOurs } from '../contenders/ours.mjs'

export const start = ({ workers }) => startOurs({ daskflow, workers })
