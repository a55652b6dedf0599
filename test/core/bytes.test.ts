import { expect, test } from 'vitest'
import { parseBytes } from '../../src/core/bytes.js'

test.each([
  [1, 1],
  [1.6, 2],
  ['512MiB', 512 * 2 ** 20],
  ['512 mib', 512 * 2 ** 20],
  ['2GB', 2e9],
  ['1.5 kB', 1_500],
  [' 7 ', 7],
  ['7 B', 7],
  ['512M', 512e6],
  ['1 Gi', 2 ** 30],
  ['1PiB', 2 ** 50],
])('%s is %d bytes', (given, bytes) => expect(parseBytes(given)).toBe(bytes))

test.each([0, -1, Number.NaN, '', 'MiB', '1 parsec', '1 iB', '1 constructor', '-1 MB', null, [1], Object.create(null)])(
  'no size: case %#',
  (given) => expect(parseBytes(given)).toBeUndefined(),
)
