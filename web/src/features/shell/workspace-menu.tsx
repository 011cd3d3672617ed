import { useNavigate } from '@tanstack/react-router'
import { ChevronsUpDown, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Logo } from '@/components/logo'
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from '@/components/menu'
import { useCurrentWorkspace } from './use-current-workspace'

/** Which workspace this is; switches to another one. */
export function WorkspaceMenu() {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const { current, all } = useCurrentWorkspace()
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button
          variant="ghost"
          className="h-10 min-w-0 shrink justify-start px-2 text-fg md:w-full"
          aria-label={t('switch', { name: current?.name ?? '' })}
        >
          <Logo className="size-5!" />
          <span className="min-w-0 flex-1 truncate text-left font-semibold">
            {current?.name ?? 'healther'}
          </span>
          <ChevronsUpDown aria-hidden className="text-subtle" />
        </Button>
      </MenuTrigger>
      <MenuContent align="start">
        <MenuLabel>{t('workspaces')}</MenuLabel>
        <MenuRadioGroup
          value={current?.slug}
          onValueChange={(workspace) => void navigate({ to: '/w/$workspace', params: { workspace } })}
        >
          {all.map(({ slug, name }) => (
            <MenuRadioItem key={slug} value={slug}>
              <span className="truncate">{name}</span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem onSelect={() => void navigate({ to: '/workspaces/new' })}>
          <Plus aria-hidden />
          {t('newWorkspace')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
