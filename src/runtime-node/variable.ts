interface DenoPermissions {
  readonly permissions: {
    querySync(wanted: { readonly name: 'env'; readonly variable: string }): { readonly state: string }
  }
}

/** A variable of the environment, where that may be read: Deno would ask its user in the middle of a program. */
export function variable(name: string): string | undefined {
  const { Deno } = globalThis as { readonly Deno?: DenoPermissions }
  if (Deno !== undefined && Deno.permissions.querySync({ name: 'env', variable: name }).state !== 'granted') return undefined
  return process.env[name]
}
