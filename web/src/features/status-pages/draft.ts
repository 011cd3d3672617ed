import type { PageAccess, StatusPagePublic, StatusPageUpdateWritable } from '@/client/types.gen'
import { newSection, type Section } from './arrange'

/** A status page while it is edited: what the form holds. */
export interface Draft {
  title: string
  slug: string
  description: string
  accent: string
  custom_domain: string
  access: PageAccess
  /** Empty = the one it has stays. */
  password: string
  noindex: boolean
  subscribers: boolean
  show_bars: boolean
  show_uptime: boolean
  show_latency: boolean
  footer_links: { label: string; url: string }[]
  time_zone: string
  language: 'en' | 'de'
  sections: Section[]
}

export function draftOf(page: StatusPagePublic): Draft {
  return {
    title: page.title,
    slug: page.slug,
    description: page.description,
    accent: page.accent ?? '',
    custom_domain: page.custom_domain ?? '',
    access: page.access,
    password: '',
    noindex: page.noindex,
    subscribers: page.subscribers,
    show_bars: page.show_bars,
    show_uptime: page.show_uptime,
    show_latency: page.show_latency,
    footer_links: page.footer_links.map(({ label, url }) => ({ label, url })),
    time_zone: page.time_zone,
    language: page.language === 'de' ? 'de' : 'en',
    sections: page.sections.map(({ name, components }) =>
      newSection(
        name,
        components.map((component) => ({ watcher_id: component.watcher_id, name: component.name })),
      ),
    ),
  }
}

/** What badges call each service: like its public name, each once. */
function keysOf(names: string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    const stem =
      plain
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 57)
        .replace(/^-|-$/g, '') || 'service'
    let key = stem
    for (let number = 2; used.has(key); number += 1) key = `${stem}-${number}`
    used.add(key)
    return key
  })
}

/** The draft as the API takes it; empty texts that may be missing are null. */
function wire(draft: Draft, published: boolean): StatusPageUpdateWritable {
  const { accent, custom_domain, password, sections, ...rest } = draft
  // Badges of a published page keep their addresses. Before, they follow the public names: made from the watchers'
  // own names, as the page began with, they would give those away.
  const keys = keysOf(sections.flatMap(({ components }) => components.map(({ name }) => name)))
  const key = () => (published ? {} : { key: keys.shift() })
  return {
    ...rest,
    accent: accent || null,
    custom_domain: custom_domain.trim() || null,
    ...(password ? { password } : {}),
    sections: sections.map(({ name, components }) => ({
      name,
      components: components.map((component) => ({ ...component, ...key() })),
    })),
  }
}

/** What differs, and nothing else: two people who edit different things do not undo each other. */
export function changesOf(before: Draft, after: Draft, published: boolean): StatusPageUpdateWritable {
  const was = wire(before, published) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(wire(after, published)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]),
    ),
  )
}
