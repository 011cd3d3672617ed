export const MIN_LENGTH = 8
const GOOD_LENGTH = 15
const FEW_CHARACTERS = 5

export type Strength = 'short' | 'guessable' | 'fair' | 'strong'

/**
 * A rough word on a password, by length and variety (NIST SP 800-63B: length is what counts).
 * The server alone decides: it knows the common ones.
 */
export function strengthOf(password: string, about: string[]): Strength {
  const length = Array.from(password).length
  if (length < MIN_LENGTH) return 'short'
  const low = password.toLowerCase()
  const own = about.flatMap((each) => each.toLowerCase().split(/[\s@.]+/)).filter((word) => word.length > 3)
  const rest = own.reduce((left, word) => left.replaceAll(word, ''), low)
  if (new Set(low).size < FEW_CHARACTERS || rest.length < MIN_LENGTH / 2 || /^\d+$/.test(password))
    return 'guessable'
  return length < GOOD_LENGTH ? 'fair' : 'strong'
}
