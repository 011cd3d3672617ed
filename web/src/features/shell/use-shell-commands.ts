import { useNavigate } from '@tanstack/react-router'
import {
  BellPlus,
  Building2,
  CircleUser,
  FlaskConical,
  Keyboard,
  LogOut,
  Plus,
  Siren,
  SunMoon,
  Wrench,
} from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { WorkspacePublic } from '@/client/types.gen'
import type { Command } from '@/lib/commands'
import { usePrefer } from '@/lib/preferences'
import { THEMES } from '@/lib/theme'
import { useSignOut } from '@/lib/use-sign-out'
import { PLACES } from './places'

/** The commands there are on every page; `showShortcuts` must stay the same function. */
export function useShellCommands(
  workspace: WorkspacePublic | undefined,
  showShortcuts: () => void,
): Command[] {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const { mutate: signOut } = useSignOut()
  const { mutate: prefer } = usePrefer()
  const slug = workspace?.slug
  const mayAdd = workspace !== undefined && workspace.role !== 'observer'
  return useMemo(() => {
    const go = t('group.go')
    const does = t('group.do')
    const you = t('group.you')
    const places = PLACES.map(({ to, label, icon, keys }) => ({
      id: `go-${label}`,
      title: t(label),
      group: go,
      icon,
      keys,
      run: () => {
        if (slug !== undefined) void navigate({ to, params: { workspace: slug } })
      },
    }))
    return [
      ...(slug === undefined ? [] : places),
      {
        id: 'profile',
        title: t('profile'),
        group: go,
        icon: CircleUser,
        keys: 'g p',
        run: () => void navigate({ to: '/profile' }),
      },
      ...(slug !== undefined && mayAdd
        ? [
            {
              id: 'new-watcher',
              title: t('newWatcher'),
              group: does,
              icon: Plus,
              keys: 'c',
              run: () => void navigate({ to: '/w/$workspace/watchers/new', params: { workspace: slug } }),
            },
            {
              id: 'open-incident',
              title: t('openIncident'),
              group: does,
              icon: Siren,
              run: () => void navigate({ to: '/w/$workspace/incidents/new', params: { workspace: slug } }),
            },
            {
              id: 'add-channel',
              title: t('addChannel'),
              group: does,
              icon: BellPlus,
              run: () =>
                void navigate({ to: '/w/$workspace/alerts/channels/new', params: { workspace: slug } }),
            },
            {
              id: 'plan-maintenance',
              title: t('planMaintenance'),
              group: does,
              icon: Wrench,
              run: () => void navigate({ to: '/w/$workspace/maintenance/new', params: { workspace: slug } }),
            },
          ]
        : []),
      ...(slug === undefined
        ? []
        : [
            {
              id: 'try-rules',
              title: t('tryRules'),
              group: does,
              icon: FlaskConical,
              run: () => void navigate({ to: '/w/$workspace/alerts/backtest', params: { workspace: slug } }),
            },
          ]),
      {
        id: 'new-workspace',
        title: t('newWorkspace'),
        group: does,
        icon: Building2,
        run: () => void navigate({ to: '/workspaces/new' }),
      },
      ...THEMES.map((theme) => ({
        id: `theme-${theme}`,
        title: t('themeIs', { theme: t(`theme.${theme}`) }),
        group: you,
        icon: SunMoon,
        run: () => {
          prefer({ theme })
        },
      })),
      {
        id: 'shortcuts',
        title: t('shortcuts'),
        group: you,
        icon: Keyboard,
        keys: '?',
        run: showShortcuts,
      },
      {
        id: 'sign-out',
        title: t('signOut'),
        group: you,
        icon: LogOut,
        run: () => {
          signOut('here')
        },
      },
    ]
  }, [t, navigate, signOut, prefer, showShortcuts, slug, mayAdd])
}
