import { KeyRound } from 'lucide-react'
import { OperatorNote } from './operator-note'

/** That secrets cannot be opened: the key that sealed them is not here. */
export function KeyNotice() {
  return <OperatorNote icon={KeyRound} tone="down" says="keyNotice" />
}
