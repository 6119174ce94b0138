import { Component, type ErrorInfo, type ReactNode } from 'react'
import { failureOf } from '../data/failure.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

interface Props {
  children: ReactNode
  /** A new value forgets the error, as a new place does. */
  resetKey: string
}

interface State {
  error: unknown
  failed: boolean
  resetKey: string
}

/** Keeps one place's fault in that place: the rest of the console goes on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, failed: false, resetKey: this.props.resetKey }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error, failed: true }
  }

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return props.resetKey === state.resetKey ? null : { error: null, failed: false, resetKey: props.resetKey }
  }

  override componentDidCatch(_error: unknown, _info: ErrorInfo): void {
    // React has written it to the console already; there is no telemetry.
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return <Fault error={this.state.error} onRetry={() => this.setState({ error: null, failed: false })} />
  }
}

/** A fault of ours, in words, with a way on. */
export function Fault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const failure = failureOf(error)
  const isOurs = failure.code === 'internal'
  return (
    <ErrorNote
      layout="place"
      onRetry={onRetry}
      failure={isOurs ? { ...failure, message: `This place could not be drawn: ${failure.message}`, action: 'Nothing that was captured is lost. Try again, or reload the page; if it comes back, report it with this text.' } : failure}
      actions={<Button onPress={() => window.location.reload()}>Reload the page</Button>}
    />
  )
}
