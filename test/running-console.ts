import type { Page } from '@playwright/test'

export interface ConsoleOptions {
  /** Starts the embedded Kinesis with its demo traffic; the console comes up when it runs. */
  readonly sandbox?: boolean
  /** Captures and settings; a new folder, deleted at the end, where none is given. */
  readonly dataDir?: string
}

/** A console that a test drives, whichever host shows it. */
export interface RunningConsole {
  readonly page: Page
  readonly dataDir: string
  close(): Promise<void>
}

/** The one fixture that a journey needs to run in both hosts: `test.startConsole` of test/e2e/app.ts and of test/desktop/app.ts. */
export type StartConsole = (options?: ConsoleOptions) => Promise<RunningConsole>
