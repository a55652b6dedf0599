import { runNode } from './program.mjs'

/** Compiles the cases that programs run: they are TypeScript. */
export function makeCases() {
  return runNode('node_modules/typescript/bin/tsc', ['-b', 'test'])
}
