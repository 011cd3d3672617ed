/** What other people put into their own pages: badges and the embedded state. */
export const FIGURES = ['state', 'uptime-24h', 'uptime-7d', 'uptime-30d', 'uptime-90d', 'latency'] as const
export type Figure = (typeof FIGURES)[number]

/** `/badge/...`; without a component the badge is the whole page's. */
export function badgePath(slug: string, component?: string, figure: Figure = 'state'): string {
  if (component === undefined) return `/badge/${slug}.svg`
  return figure === 'state' ? `/badge/${slug}/${component}.svg` : `/badge/${slug}/${component}/${figure}.svg`
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (found) => ESCAPES[found] ?? found)

export function badgeMarkdown(alt: string, image: string, link: string): string {
  return `[![${alt.replace(/[[\]\\]/g, '\\$&')}](${image})](${link})`
}

export function badgeHtml(alt: string, image: string, link: string): string {
  return `<a href="${escaped(link)}"><img src="${escaped(image)}" alt="${escaped(alt)}" height="20"></a>`
}

export function embedHtml(title: string, origin: string, slug: string): string {
  return `<iframe src="${origin}/status/${slug}/embed" title="${escaped(title)}" width="280" height="44" style="border:0" loading="lazy"></iframe>`
}
