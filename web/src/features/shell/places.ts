import { Activity, Bell, FileChartColumn, RadioTower, Settings2, Siren, Wrench } from 'lucide-react'

/** The places of a workspace, in the order they are shown; `keys` goes there. */
export const PLACES = [
  { to: '/w/$workspace', label: 'overview', icon: Activity, keys: 'g o', exact: true },
  { to: '/w/$workspace/incidents', label: 'incidents', icon: Siren, keys: 'g i', exact: false },
  {
    to: '/w/$workspace/maintenance',
    label: 'maintenance',
    icon: Wrench,
    keys: 'g m',
    exact: false,
    onPhone: false,
  },
  { to: '/w/$workspace/alerts', label: 'alerts', icon: Bell, keys: 'g a', exact: false },
  { to: '/w/$workspace/status-pages', label: 'statusPages', icon: RadioTower, keys: 'g s', exact: false },
  {
    to: '/w/$workspace/reports',
    label: 'reports',
    icon: FileChartColumn,
    keys: 'g r',
    exact: false,
    onPhone: false,
  },
  { to: '/w/$workspace/settings', label: 'workspace', icon: Settings2, keys: 'g w', exact: false },
] as const
