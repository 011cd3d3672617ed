/** The document of a page - sections and what stands under them - and the ways to rearrange it. */
export interface Shown {
  watcher_id: string
  name: string
}
export interface Section {
  /** Lives in the browser only, to tell sections apart while they move. */
  uid: string
  name: string
  components: Shown[]
}
export type Direction = -1 | 1

/** A new array with the element at `from` moved to `to`; the same when there is no such place. */
function moved<T>(list: T[], from: number, to: number): T[] {
  const taken = list[from]
  if (taken === undefined || to < 0 || to >= list.length) return list
  const rest = list.toSpliced(from, 1)
  return rest.toSpliced(to, 0, taken)
}

export const moveSection = (sections: Section[], at: number, by: Direction) => moved(sections, at, at + by)

/** Moves a component up or down; beyond the edge of its section it goes to the neighbour's nearest end. */
export function moveComponent(sections: Section[], at: number, place: number, by: Direction): Section[] {
  const section = sections[at]
  const taken = section?.components[place]
  if (!section || !taken) return sections
  const to = place + by
  if (to >= 0 && to < section.components.length) {
    return sections.with(at, { ...section, components: moved(section.components, place, to) })
  }
  const neighbour = sections[at + by]
  if (!neighbour) return sections
  const components = by > 0 ? [taken, ...neighbour.components] : [...neighbour.components, taken]
  return sections
    .with(at, { ...section, components: section.components.toSpliced(place, 1) })
    .with(at + by, { ...neighbour, components })
}

/** Where a component stands: its section's place and its own, both from 0. */
export function placeOf(sections: Section[], watcherId: string): [number, number] | null {
  for (const [at, { components }] of sections.entries()) {
    const place = components.findIndex(({ watcher_id }) => watcher_id === watcherId)
    if (place >= 0) return [at, place]
  }
  return null
}

export function changeSection(sections: Section[], at: number, changes: Partial<Section>): Section[] {
  const section = sections[at]
  return section ? sections.with(at, { ...section, ...changes }) : sections
}

export const shownIds = (sections: Section[]) =>
  new Set(sections.flatMap(({ components }) => components.map(({ watcher_id }) => watcher_id)))

let made = 0

export function newSection(name: string, components: Shown[] = []): Section {
  made += 1
  return { uid: `section-${made}`, name, components }
}
