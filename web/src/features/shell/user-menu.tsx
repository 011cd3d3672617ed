import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleUser, LogOut } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
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
import { meQuery } from '@/lib/me'
import { usePrefer } from '@/lib/preferences'
import { THEMES, useTheme, type Theme } from '@/lib/theme'
import { useSignOut } from '@/lib/use-sign-out'

/** Who is signed in: profile, theme, signing out. `compact` shows the picture alone. */
export function UserMenu({ compact = false }: { compact?: boolean }) {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const theme = useTheme()
  const { data: me } = useSuspenseQuery(meQuery)
  const prefer = usePrefer()
  const signOut = useSignOut()
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button
          variant="ghost"
          className={compact ? 'px-2' : 'h-10 w-full min-w-0 justify-start px-2'}
          aria-label={t('account', { name: me.full_name })}
        >
          <span
            aria-hidden
            className="grid size-6 place-items-center rounded-full bg-accent-bg text-xs font-semibold text-accent-text"
          >
            {me.full_name.slice(0, 1).toUpperCase()}
          </span>
          {!compact && <span className="truncate">{me.full_name}</span>}
        </Button>
      </MenuTrigger>
      <MenuContent align={compact ? 'end' : 'start'}>
        <MenuLabel className="max-w-60 truncate">{me.email}</MenuLabel>
        <MenuItem onSelect={() => void navigate({ to: '/profile' })}>
          <CircleUser aria-hidden />
          {t('profile')}
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>{t('theme.title')}</MenuLabel>
        <MenuRadioGroup
          value={theme}
          onValueChange={(chosen) => {
            prefer.mutate({ theme: chosen as Theme })
          }}
        >
          {THEMES.map((each) => (
            <MenuRadioItem key={each} value={each}>
              {t(`theme.${each}`)}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem
          onSelect={() => {
            signOut.mutate('here')
          }}
        >
          <LogOut aria-hidden />
          {t('signOut')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
