import { render } from '@testing-library/react'
import { expect, test } from 'vitest'
import { DayStrip } from './day-strip'

test('each kind of day is drawn in a colour that is held to stand out, in a height of its own', () => {
  const kinds = 'hdxmu-'
  const { container } = render(<DayStrip days={kinds.repeat(15)} label="90 days" />)
  const paths = [...container.querySelectorAll('path')]
  expect(paths.map((path) => path.getAttribute('class'))).toEqual(
    ['healthy', 'degraded', 'down', 'maintenance', 'unknown', 'unknown'].map(
      (state) => `text-${state}-solid`,
    ),
  )
  const tops = paths.map((path) => / ([\d.]+)h/.exec(path.getAttribute('d') ?? '')?.[1])
  expect(new Set(tops).size).toBe(kinds.length)
})
