import { useSuspenseQuery } from '@tanstack/react-query'
import { probeKindsListOptions } from '@/client/@tanstack/react-query.gen'
import type { WatcherPublic } from '@/client/types.gen'
import { EditorForm } from './editor-form'
import { MASK } from '@/components/schema-form/values'
import { valuesOf, withoutSecrets } from './model'
import { fieldsOf } from '@/components/schema-form/schema'
import { useTexts } from './use-texts'

const FIRST_KIND = 'http'

interface Props {
  /** The watcher to change. */
  watcher?: WatcherPublic
  /** The watcher to make another one of. */
  from?: WatcherPublic
  onDone: (watcher: WatcherPublic) => void
}

/** What to ask, what to expect of it and how often; tested before it is saved. */
export function Editor({ watcher, from, onDone }: Props) {
  const { t } = useTexts()
  // The forms of the kinds change with the server's version only.
  const { data: kinds } = useSuspenseQuery({ ...probeKindsListOptions(), staleTime: Infinity })
  const kind = (watcher ?? from)?.kind ?? FIRST_KIND
  const schema = kinds.find((each) => each.kind === kind)?.json_schema ?? {}
  const fields = fieldsOf(schema)
  const values = valuesOf(fields, kind, watcher ?? from)
  const copied = from && { ...withoutSecrets(values, fields), name: t('copyOf', { name: from.name }) }
  const lostSecrets = from !== undefined && JSON.stringify(from.options).includes(MASK)
  return (
    <EditorForm
      fields={fields}
      defaults={copied ?? values}
      watcher={watcher}
      lostSecrets={lostSecrets}
      onDone={onDone}
    />
  )
}
