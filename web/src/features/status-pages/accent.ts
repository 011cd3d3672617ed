/** An accent made readable as the server does it (status_pages/colours.py), to say so before it is saved. */
const LIGHT_GROUND = '#f4f4f7'
const DARK_GROUND = '#222228'
const MIN_CONTRAST = 4.5
const STEPS = 40

export const isColour = (text: string) => /^#[0-9a-f]{6}$/i.test(text)

/** The nearest shades of `colour` that can be read on a light and on a dark ground. */
export function accentOf(colour: string): { light: string; dark: string } {
  return { light: towards(colour, '#000000', LIGHT_GROUND), dark: towards(colour, '#ffffff', DARK_GROUND) }
}

/** The contrast ratio of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function towards(colour: string, end: string, ground: string): string {
  for (let step = 0; step < STEPS; step += 1) {
    const shade = mixed(colour, end, step / STEPS)
    if (contrast(shade, ground) >= MIN_CONTRAST) return shade
  }
  return end
}

function mixed(one: string, other: string, share: number): string {
  const theirs = channels(other)
  const parts = channels(one).map((value, at) => Math.round(value + ((theirs[at] ?? 0) - value) * share))
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

const channels = (colour: string) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
