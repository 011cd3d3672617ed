import { useState } from 'react'

/** The same object for as long as it says the same: what is made of it is not made anew each time. */
export function useStable<T>(value: T): T {
  const [held, setHeld] = useState({ value, text: JSON.stringify(value) })
  const text = JSON.stringify(value)
  if (text === held.text) return held.value
  setHeld({ value, text })
  return value
}
