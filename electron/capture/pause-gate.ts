/** Lets readers wait while a capture is paused. */
export interface PauseGate {
  readonly isPaused: boolean
  pause(): void
  resume(): void
  /** Resolves at once unless paused. */
  ready(): Promise<void>
}

export const createPauseGate = (): PauseGate => {
  let waiting: PromiseWithResolvers<void> | null = null
  return {
    get isPaused() {
      return waiting !== null
    },
    pause() {
      waiting ??= Promise.withResolvers<void>()
    },
    resume() {
      waiting?.resolve()
      waiting = null
    },
    ready: () => waiting?.promise ?? Promise.resolve(),
  }
}
