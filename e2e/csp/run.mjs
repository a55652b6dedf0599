// What docs/guide/csp.md says of a Content-Security-Policy, in Chromium.
import { tryPolicies } from './policies.mjs'

await tryPolicies(['Chromium'])
