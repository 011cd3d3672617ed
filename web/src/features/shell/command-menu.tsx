import { Command as Primitive } from 'cmdk'
import { useTranslation } from 'react-i18next'
import { Dialog } from '@/components/dialog'
import { Keys } from '@/components/kbd'
import { useCommandList } from '@/lib/commands'

/** Everything there is to do here, found by typing; mounted while it is open. */
export default function CommandMenu({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('shell')
  const commands = useCommandList()
  const groups = [...new Set(commands.map(({ group }) => group))]
  return (
    <Dialog open onOpenChange={onOpenChange} title={t('menu')} bare className="max-w-xl overflow-hidden">
      <Primitive label={t('menu')} loop>
        <Primitive.Input
          placeholder={t('menuPlaceholder')}
          className="h-12 w-full border-b bg-transparent px-4 text-lg placeholder:text-subtle sm:text-base"
        />
        <Primitive.List className="max-h-[50vh] overflow-auto p-1">
          <Primitive.Empty className="px-3 py-8 text-center text-muted">{t('menuEmpty')}</Primitive.Empty>
          {groups.map((group) => (
            <Primitive.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-subtle"
            >
              {commands
                .filter((each) => each.group === group)
                .map(({ id, title, icon: Icon, keywords, keys, run }) => (
                  <Primitive.Item
                    key={id}
                    value={`${title} ${id}`}
                    keywords={keywords}
                    onSelect={() => {
                      onOpenChange(false)
                      run()
                    }}
                    className="flex h-10 items-center gap-3 rounded-md px-3 data-[selected=true]:bg-hover"
                  >
                    {Icon && <Icon aria-hidden className="size-4 text-subtle" />}
                    <span className="min-w-0 flex-1 truncate">{title}</span>
                    {keys && <Keys keys={keys} />}
                  </Primitive.Item>
                ))}
            </Primitive.Group>
          ))}
        </Primitive.List>
      </Primitive>
    </Dialog>
  )
}
