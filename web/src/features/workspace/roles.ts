import type { Role } from '@/client/types.gen'

const ROLES = ['observer', 'admin', 'owner'] as const satisfies Role[]

/** The roles somebody may give: only owners make owners. */
export function rolesToGive(by: Role): readonly Role[] {
  return by === 'owner' ? ROLES : ROLES.filter((role) => role !== 'owner')
}

/** Whether somebody may change or remove a member of this role. */
export function mayTouch(by: Role, member: Role): boolean {
  return by === 'owner' || (by === 'admin' && member !== 'owner')
}
