import { dateFormat } from './intl'

const MINUTE_MS = 60_000

/** An instant as the clock of a zone shows it, `2026-11-23T14:05`. */
export function toWall(iso: string | number, zone: string): string {
  const parts = dateFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).formatToParts(new Date(iso))
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`
}

/** The instant at which the clock of a zone shows this; where clocks go back, one of the two. */
export function fromWall(wall: string, zone: string): string {
  const asUtc = Date.parse(`${wall}:00Z`)
  let guess = asUtc
  // The second round corrects a guess that lay on the other side of a change of clocks.
  for (let round = 0; round < 2; round++) guess += asUtc - Date.parse(`${toWall(guess, zone)}:00Z`)
  return new Date(guess - (guess % MINUTE_MS)).toISOString()
}

/** Whether the clock of a zone has shown this. */
export const isPast = (wall: string, zone: string) => Date.parse(fromWall(wall, zone)) <= Date.now()
