import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Those that are not here come after them.
const GUIDE = [
  'start',
  'page',
  'react',
  'bundlers',
  'csp',
  'functions',
  'cancellation',
  'client',
  'workflow',
  'backend',
  'files',
  'cluster',
  'reliability',
  'moving',
  'moving-from-python',
]

/** The guide, in the order in which one reads it. */
export function guidePages(pages) {
  const place = (name) => (GUIDE.includes(name) ? GUIDE.indexOf(name) : GUIDE.length)
  const names = markdownIn(join(pages, 'guide')).sort((a, b) => place(a) - place(b))
  return [
    ...names.map((name) => ({ text: titleOf(join(pages, 'guide', `${name}.md`)), link: `/guide/${name}` })),
    { text: titleOf(join(pages, 'divergences.md')), link: '/divergences' },
  ]
}

/** The decisions, by their numbers. */
export function decisionPages(pages) {
  const names = markdownIn(join(pages, 'decisions')).filter((name) => name !== 'README')
  return names.map((name) => ({ text: titleOf(join(pages, 'decisions', `${name}.md`)), link: `/decisions/${name}` }))
}

/** The public names of each module, as typedoc put them into folders. */
export function apiPages(pages, folder = 'api/daskflow', title = 'daskflow') {
  const kinds = ['classes', 'functions', 'interfaces', 'type-aliases', 'variables']
  const modules = readdirSync(join(pages, folder)).filter((name) => existsSync(join(pages, folder, name, 'index.md')))
  const groups = kinds.flatMap((kind) => {
    const names = existsSync(join(pages, folder, kind)) ? markdownIn(join(pages, folder, kind)) : []
    const items = names.map((name) => ({ text: name, link: `/${folder}/${kind}/${name}` }))
    return items.length > 0
      ? [{ text: kind.replace('-', ' '), collapsed: kind !== 'classes' || title !== 'daskflow', items }]
      : []
  })
  return [
    { text: title, link: `/${folder}/`, items: groups },
    ...modules.flatMap((name) => apiPages(pages, `${folder}/${name}`, `${title}/${name}`)),
  ]
}

function markdownIn(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.md'))
  return files.map((name) => name.slice(0, -'.md'.length)).sort()
}

function titleOf(file) {
  const [, title] = /^# (.+)$/m.exec(readFileSync(file, 'utf8')) ?? []
  if (title === undefined) throw new Error(`${file} has no title: begin it with a line "# What it is about".`)
  return title
}
