import { expect, test } from 'vitest'
import { formatIn } from './format'

const format = formatIn('en-US', 'UTC')

test.each([
  [100, '100%'],
  [99.4, '99.400%'],
  [99.404, '99.404%'],
  [0, '0.000%'],
])('%d per cent is written as the public page writes it', (value, text) => {
  expect(format.percent(value)).toBe(text)
})

test.each([
  [1.46, '1.5 ms'],
  [2, '2 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [999.7, '1.0 sec'],
  [1000, '1.0 sec'],
  [1049, '1.0 sec'],
  [1250, '1.3 sec'],
  [12_400, '12 sec'],
])('%d milliseconds are written so that they can be compared', (value, text) => {
  expect(format.milliseconds(value)).toBe(text)
})

test.each([
  ['2026-12-02T11:16:00Z', 'in 2 days'],
  ['2026-12-01T23:50:00Z', 'tomorrow'],
  ['2026-12-01T10:00:00Z', 'in 22 hours'],
  ['2026-11-29T11:00:00Z', 'yesterday'],
  ['2026-11-28T23:00:00Z', '2 days ago'],
  ['2026-11-30T11:19:30Z', 'in 1 minute'],
])('%s, told on 30 November, is %s', (at, words) => {
  expect(format.relative(at, Date.parse('2026-11-30T11:18:00Z'))).toBe(words)
})

test('tomorrow is a day of the reader’s calendar', () => {
  const [at, now] = ['2026-12-01T23:30:00Z', Date.parse('2026-11-30T22:00:00Z')]
  expect(formatIn('en-US', 'UTC').relative(at, now)).toBe('tomorrow')
  expect(formatIn('en-US', 'Europe/Berlin').relative(at, now)).toBe('in 2 days')
})

test('a time is written in one way, with seconds and without', () => {
  const at = '2026-11-30T08:05:32Z'
  const read = (language: string) => {
    const { shortDateTime, dateTime } = formatIn(language, 'UTC')
    return [shortDateTime(at), dateTime(at)].map((text) => text.replace(/\s/g, ' ').replace(/^.*, /, ''))
  }
  expect(read('en-US')).toEqual(['8:05 AM', '8:05:32 AM'])
  expect(read('en-GB')).toEqual(['08:05', '08:05:32'])
  expect(read('de')).toEqual(['08:05', '08:05:32'])
})
