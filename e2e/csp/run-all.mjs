// What docs/guide/csp.md says of a Content-Security-Policy, in the other engines.
import { tryPolicies } from './policies.mjs'

await tryPolicies(['Firefox', 'WebKit'])
