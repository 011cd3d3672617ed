import { CircleCheck, Ellipsis, Pencil, RotateCcw, UserCheck, UserMinus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/components/menu'
import { useCommands } from '@/lib/commands'
import { EditIncident } from './edit-incident'
import { focusUpdate } from './update-form'
import { useIncident } from './use-incident'
import { WordsDialog } from './words-dialog'

/** Take it on, end it, open it again, change it: buttons, commands and keys. */
export function Actions({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation('incidents')
  const { take, close } = useIncident(incident.id)
  const [asking, setAsking] = useState<'close' | 'edit' | null>(null)
  const open = incident.resolved_at === null
  const taken = incident.acknowledged_at !== null
  const { mutate } = take
  const takeWord = t(taken ? 'do.unacknowledge' : 'do.acknowledge')
  const closeWord = t(open ? 'do.resolve' : 'do.reopen')
  useCommands(
    useMemo(() => {
      const group = t('title')
      const toggle = () => {
        mutate(!taken)
      }
      const ask = (what: 'close' | 'edit') => () => {
        setAsking(what)
      }
      return [
        ...(open ? [{ id: 'take', title: takeWord, group, icon: UserCheck, keys: 'a', run: toggle }] : []),
        { id: 'update', title: t('do.update'), group, keys: 'u', run: focusUpdate },
        { id: 'close', title: closeWord, group, icon: CircleCheck, keys: 'x', run: ask('close') },
        { id: 'edit-incident', title: t('do.edit'), group, icon: Pencil, keys: 'e', run: ask('edit') },
      ]
    }, [t, mutate, open, taken, takeWord, closeWord]),
  )
  return (
    <>
      {open && (
        <Button
          variant={taken ? 'secondary' : 'primary'}
          aria-keyshortcuts="a"
          aria-disabled={take.isPending}
          onClick={() => {
            if (!take.isPending) mutate(!taken)
          }}
        >
          {taken ? <UserMinus aria-hidden /> : <UserCheck aria-hidden />}
          {takeWord}
        </Button>
      )}
      <Button aria-keyshortcuts="x" onClick={() => setAsking('close')}>
        {open ? <CircleCheck aria-hidden /> : <RotateCcw aria-hidden />}
        {closeWord}
      </Button>
      <Menu>
        <MenuTrigger asChild>
          <Button variant="ghost" size="icon" aria-label={t('do.more')}>
            <Ellipsis aria-hidden />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={() => setAsking('edit')}>
            <Pencil aria-hidden />
            {t('edit.title')}
          </MenuItem>
        </MenuContent>
      </Menu>
      {asking === 'edit' && <EditIncident incident={incident} onClose={() => setAsking(null)} />}
      {asking === 'close' && (
        <WordsDialog
          title={t(open ? 'resolve.title' : 'reopen.title')}
          text={t(open ? 'resolve.text' : 'reopen.text')}
          label={t(open ? 'resolve.words' : 'reopen.words')}
          action={closeWord}
          onClose={() => setAsking(null)}
          onSend={(body) => close.mutateAsync({ resolve: open, body })}
        />
      )}
    </>
  )
}
