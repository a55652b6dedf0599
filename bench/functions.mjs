const noop = async (value) => value

/** What the tasks run. Ours ships them as source, so that each sees nothing but its argument. */
export const FUNCTIONS = { noop }
