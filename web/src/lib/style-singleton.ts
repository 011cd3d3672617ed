import { useEffect } from 'react'

/**
 * Stands in for the package react-style-singleton (vite.config.ts): scroll locking of dialogs and menus writes its
 * rules into a constructed style sheet, which a Content-Security-Policy without 'unsafe-inline' lets pass.
 */
export function styleHookSingleton() {
  const sheet = new CSSStyleSheet()
  let users = 0
  return (styles: string, isDynamic = false) => {
    useEffect(() => {
      if (users++ === 0) {
        sheet.replaceSync(styles)
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
      }
      return () => {
        if (--users === 0) {
          document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet)
        }
      }
      // The rules of the first user stay until the last is gone, as in the original.
      // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [styles && isDynamic])
  }
}

export function styleSingleton() {
  const useStyle = styleHookSingleton()
  return function Sheet({ styles, dynamic }: { styles: string; dynamic?: boolean }) {
    useStyle(styles, dynamic)
    return null
  }
}
