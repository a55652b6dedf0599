/** The texts in what came as a list or a set; none, where it is neither. */
export function textsOf(list: unknown): readonly string[] {
  const items = list instanceof Set ? [...list] : Array.isArray(list) ? list : []
  return items.filter((item) => typeof item === 'string')
}
