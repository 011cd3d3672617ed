import type { StatusPagePublic } from '@/client/types.gen'
import { ACME } from '@/test/app'

/** A page that is not published yet, of two services. */
export const PAGE: StatusPagePublic = {
  id: 'p1',
  slug: 'acme-public',
  title: 'Acme status',
  description: '',
  accent: null,
  custom_domain: null,
  domain: null,
  is_published: false,
  access: 'public',
  has_password: false,
  has_logo: false,
  noindex: false,
  subscribers: true,
  show_bars: true,
  show_uptime: true,
  show_latency: false,
  footer_links: [],
  time_zone: 'UTC',
  language: 'en',
  sections: [
    {
      name: '',
      components: [
        { watcher_id: 'w1', name: 'Shop', key: 'shop' },
        { watcher_id: 'w2', name: 'API', key: 'api' },
      ],
    },
  ],
  domain_target: 'healther.example',
  url: 'http://localhost:8000/status/acme-public',
  created_at: ACME.created_at,
  updated_at: ACME.created_at,
}
