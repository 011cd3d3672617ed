import { Command as Primitive } from 'cmdk'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WorkspacePublic } from '@/client/types.gen'
import { Dialog } from '@/components/dialog'
import { Keys } from '@/components/kbd'
import { StateMark } from '@/components/state-mark'
import type { Item, Verb } from './menu-items'
import { useMenuGroups } from './use-menu-groups'

interface Props {
  workspace: WorkspacePublic | undefined
  onOpenChange: (open: boolean) => void
}

/** Everything there is to do here, and every watcher, found by typing; mounted while it is open. */
export default function CommandMenu({ workspace, onOpenChange }: Props) {
  const { t } = useTranslation('shell')
  const [query, setQuery] = useState('')
  const [verb, setVerb] = useState<Verb | null>(null)
  const turnTo = (next: Verb | null) => {
    setVerb(next)
    setQuery('')
  }
  const groups = useMenuGroups(workspace, { query, verb, onVerb: turnTo })
  const title = verb === null ? t('menu') : t(`verb.${verb}.which`)
  return (
    <Dialog open onOpenChange={onOpenChange} title={t('menu')} bare className="max-w-xl overflow-hidden">
      <Primitive label={title} loop shouldFilter={false}>
        <Primitive.Input
          value={query}
          onValueChange={setQuery}
          onKeyDown={({ key }) => {
            if (key === 'Backspace' && query === '') turnTo(null)
          }}
          placeholder={verb === null ? t('menuPlaceholder') : title}
          className="h-12 w-full border-b bg-transparent px-4 text-lg placeholder:text-subtle sm:text-base"
        />
        <Primitive.List className="max-h-[50vh] overflow-auto p-1">
          <Primitive.Empty className="px-3 py-8 text-center text-muted">{t('menuEmpty')}</Primitive.Empty>
          {groups.map(([heading, items]) => (
            <Primitive.Group
              key={heading}
              heading={heading}
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-subtle"
            >
              {items.map((item) => (
                <Line
                  key={item.id}
                  item={item}
                  onSelect={() => {
                    if (!item.stays) onOpenChange(false)
                    item.run()
                  }}
                />
              ))}
            </Primitive.Group>
          ))}
        </Primitive.List>
        {verb !== null && <p className="border-t px-4 py-2 text-xs text-subtle">{t('menuBack')}</p>}
      </Primitive>
    </Dialog>
  )
}

function Line({ item, onSelect }: { item: Item; onSelect: () => void }) {
  const { id, title, detail, state, icon: Icon, keys } = item
  return (
    <Primitive.Item
      value={id}
      onSelect={onSelect}
      className="flex h-10 items-center gap-3 rounded-md px-3 data-[selected=true]:bg-hover"
    >
      {state && <StateMark state={state} look="shape" />}
      {Icon && <Icon aria-hidden className="size-4 shrink-0 text-subtle" />}
      <span className="min-w-24 flex-1 truncate">{title}</span>
      {detail && <span className="max-w-[45%] truncate text-xs text-subtle">{detail}</span>}
      {keys && <Keys keys={keys} />}
    </Primitive.Item>
  )
}
