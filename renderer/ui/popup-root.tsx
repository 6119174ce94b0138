import { useCallback, useState, type ReactNode } from 'react'
import { UNSAFE_PortalProvider as PortalProvider } from 'react-aria'

/** Gives menus, popovers and dialogs a landmark to appear in: outside of all landmarks, a screen reader that goes from one to the next would pass them by. */
export function PopupRoot({ children }: { children: ReactNode }) {
  const [container, setContainer] = useState<HTMLElement | null>(null)
  const getContainer = useCallback(() => container, [container])
  return (
    <>
      <PortalProvider getContainer={getContainer}>{children}</PortalProvider>
      <section ref={setContainer} aria-label="Popups" />
    </>
  )
}
