import type { Schema } from '@cfworker/json-schema'
import type { ProbeSeen, WatcherPublic } from '@/client/types.gen'
import { MASK } from '@/components/schema-form/values'

/** As GET /probe-kinds tells it, shortened. */
export const HTTP_SCHEMA: Schema = {
  required: ['url'],
  properties: {
    kind: { type: 'string', const: 'http', default: 'http' },
    url: { type: 'string', title: 'URL', maxLength: 2048 },
    expected_status: { type: 'string', title: 'Expected status', default: '200-299', minLength: 3 },
    expected_body: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }], default: null },
    method: { type: 'string', enum: ['GET', 'HEAD', 'POST'], default: 'GET' },
    headers: { type: 'object', additionalProperties: { type: 'string' }, writeOnly: true },
    bearer_token: {
      anyOf: [{ type: 'string', maxLength: 8192 }, { type: 'null' }],
      default: null,
      writeOnly: true,
    },
    max_redirects: { type: 'integer', minimum: 0, maximum: 10, default: 5 },
    verify_tls: { type: 'boolean', default: true },
  },
}

export const WATCHER = {
  id: '01900000-0000-7000-8000-0000000000aa',
  name: 'Shop',
  kind: 'http',
  url: 'https://shop.example/up',
  expected_status: '200-299',
  expected_body: null,
  options: { headers: { 'X-Key': MASK }, bearer_token: MASK },
  every_value: 1,
  every_unit: 'minutes',
  timeout_ms: 10_000,
  failure_threshold: 2,
  recovery_threshold: 1,
  degraded_after_ms: null,
  certificate_days: 14,
  tags: ['shop'],
  depends_on: [],
} as unknown as WatcherPublic

const PHASES = { dns_ms: 2, connect_ms: 3, tls_ms: 5, first_byte_ms: 30, transfer_ms: 0.01 }

export const SEEN: ProbeSeen = {
  status: 'down',
  reason: 'status_mismatch',
  message: 'expected status 200-299, got 503 Service Unavailable',
  response_status: 503,
  response_time_ms: 40,
  phases: PHASES,
  certificate_not_after: null,
  tls_version: 'TLSv1.3',
  tls_cipher: 'TLS_AES_256_GCM_SHA384',
  certificate_subject: null,
  certificate_issuer: null,
  hops: [
    {
      url: 'https://shop.example/up',
      address: '192.0.2.7',
      status: 503,
      http_version: '2',
      headers: [['Server', 'nginx']],
      phases: PHASES,
    },
  ],
  body_bytes: 29,
  body_excerpt: '<img src=x onerror=alert(1)>!',
}
