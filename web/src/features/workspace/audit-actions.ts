/** What the trail can say was done, as docs/audit.md has it; each has its words in `audit.json`. */
const ACTIONS = [
  'workspace.create',
  'workspace.update',
  'workspace.delete',
  'retention.update',
  'member.add',
  'member.role',
  'member.remove',
  'member.leave',
  'api_key.create',
  'api_key.revoke',
  'watcher.create',
  'watcher.update',
  'watcher.delete',
  'watcher.pause',
  'watcher.resume',
  'watcher.check',
  'watcher.tag',
  'watcher.untag',
  'tag.rename',
  'tag.delete',
  'incident.open',
  'incident.edit',
  'incident.acknowledge',
  'incident.unacknowledge',
  'incident.update',
  'incident.note',
  'incident.update.edit',
  'incident.resolve',
  'incident.reopen',
  'update_template.create',
  'update_template.edit',
  'update_template.delete',
  'maintenance.create',
  'maintenance.edit',
  'maintenance.end',
  'maintenance.delete',
  'amendment.create',
  'amendment.withdraw',
  'channel.create',
  'channel.update',
  'channel.delete',
  'alert_policy.create',
  'alert_policy.update',
  'alert_policy.delete',
  'rotation.create',
  'rotation.update',
  'rotation.delete',
  'rotation_override.create',
  'rotation_override.delete',
  'rotation_feed.create',
  'rotation_feed.delete',
  'delivery.retry',
  'status_page.create',
  'status_page.update',
  'status_page.delete',
  'status_page.logo',
  'status_page.no_logo',
  'subscriber.delete',
] as const

export type Action = (typeof ACTIONS)[number]

const DETAILS = [
  'changed',
  'fields',
  'count',
  'names',
  'tags',
  'kind',
  'role',
  'is_public',
  'name',
  'slug',
  'from',
  'to',
  'state',
  'watchers',
  'scope',
  'prefix',
] as const

/** Whether there are words for a detail; the others are shown under the API's own. */
export function isKnownDetail(name: string): name is (typeof DETAILS)[number] {
  return DETAILS.some((each) => each === name)
}

/** Whether there are words for it; a newer server may know more. */
export function isKnownAction(action: string): action is Action {
  return ACTIONS.some((each) => each === action)
}
