/** How many workers each contender has, wherever nothing else is said. */
export const WORKERS = 2
