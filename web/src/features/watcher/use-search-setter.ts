import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { WatcherSearch } from './search'

/** Changes a part of the address; `undefined` takes it out. Going back undoes it. */
export function useSearchSetter() {
  const navigate = useNavigate()
  return useCallback(
    (changed: WatcherSearch) =>
      void navigate({
        from: '/w/$workspace/watchers/$watcherId/',
        to: '.',
        search: (before) => ({ ...before, ...changed }),
        resetScroll: false,
      }),
    [navigate],
  )
}
