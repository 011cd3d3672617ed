import { MailWarning } from 'lucide-react'
import { OperatorNote } from './operator-note'

/** Says what the operator has to set before this healther can send mail by itself. */
export function MailNotice() {
  return <OperatorNote icon={MailWarning} tone="degraded" says="mailNotice" />
}
