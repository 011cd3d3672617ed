import { KeyRound } from 'lucide-react'
import { OperatorNote } from './operator-note'

/** That secrets cannot be opened, of some channels or of this one: the key that sealed them is not here. */
export function KeyNotice({ of }: { of: 'some' | 'this' }) {
  return <OperatorNote icon={KeyRound} tone="down" says={`keyNotice.${of}`} />
}
