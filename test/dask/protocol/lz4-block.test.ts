import { describe, expect, test } from 'vitest'
import { ClusterError } from '../../../src/core/errors.js'
import { decodeLz4Block } from '../../../src/dask/protocol/lz4-block.js'
import { bytes, hex, random } from './bytes.js'
import { encodeLz4Block } from './lz4-encoder.js'

const ascii = (text: string) => new Uint8Array(Buffer.from(text))

describe('decodeLz4Block', () => {
  test.each([
    ['nothing', '00000000 00', ''],
    ['literals', '03000000 30 616263', '616263'],
    ['15 literals, of which the length goes on with 0', `0f000000 f000 ${'61'.repeat(15)}`, '61'.repeat(15)],
    ['270 literals, of which the length goes on twice', `0e010000 f0ff00 ${'61'.repeat(270)}`, '61'.repeat(270)],
    ['a match', '0c000000 40 61626364 0400 40 65666768', '616263646162636465666768'],
    ['a match that goes on into itself', '0a000000 15 61 0100 00', '61'.repeat(10)],
    ['a period of two', '0a000000 22 6162 0200 20 6364', '6162 616261626162 6364'],
    ['a long match of one byte', '18010000 1f 61 0100 ff05 00', '61'.repeat(280)],
    ['a long period of three', '43000000 3f 616263 0300 2d 00', `${'616263'.repeat(22)}61`],
  ])('reads %s', (_, block, data) => {
    expect(hex(decodeLz4Block(bytes(block)))).toBe(data.replaceAll(' ', ''))
  })

  test('reads what an encoder makes of all kinds of data', () => {
    const next = random(2)
    for (let round = 0; round < 500; round++) {
      const letters = 1 + Math.floor(next() * 4)
      const data = Uint8Array.from({ length: Math.floor(next() * 2_000) }, () => Math.floor(next() ** 3 * letters))
      expect(hex(decodeLz4Block(encodeLz4Block(data)))).toBe(hex(data))
    }
  })

  test('reads twenty million zeros', () => {
    const data = new Uint8Array(20_000_000)
    const block = encodeLz4Block(data)
    expect(block.byteLength).toBeLessThan(80_000)
    expect(Buffer.compare(decodeLz4Block(block), data)).toBe(0)
  })

  test('reads a view into other bytes', () => {
    const around = Buffer.from(`ffff${hex(encodeLz4Block(ascii('hello')))}ffff`, 'hex')
    expect(decodeLz4Block(new Uint8Array(around).subarray(2, -2))).toEqual(ascii('hello'))
  })

  test.each([
    ['no prefix', '000000', 'without data'],
    ['no data', '00000000', 'without data'],
    ['a size that so few bytes cannot make', 'ffffff7f 00', 'claims to hold'],
    ['less than it says', '04000000 30 616263', 'ends after 3 of 4 bytes'],
    ['more than it says', '02000000 30 616263', 'literals beyond'],
    ['literals that are not there', '03000000 30 6162', 'literals beyond'],
    ['a length that goes on beyond the end', '0f000000 f0', 'ends early'],
    ['a match without a distance', '08000000 11 61 01', 'ends early'],
    ['a match at distance 0', '09000000 14 61 0000 00', 'before its begin'],
    ['a match from before the begin', '09000000 14 61 0200 00', 'before its begin'],
    ['a match beyond the size', '08000000 14 61 0100 00', 'match beyond'],
    ['an end after a match', '09000000 14 61 0100', 'ends early'],
  ])('refuses %s', (_, block, says) => {
    expect(() => decodeLz4Block(bytes(block))).toThrow(ClusterError)
    expect(() => decodeLz4Block(bytes(block))).toThrow(says)
  })

  test('refuses what is above the limit', () => {
    const block = encodeLz4Block(new Uint8Array(1_000))
    expect(() => decodeLz4Block(block, 999)).toThrow('1000 bytes, where 999 are the limit')
    expect(decodeLz4Block(block, 1_000).byteLength).toBe(1_000)
  })
})
