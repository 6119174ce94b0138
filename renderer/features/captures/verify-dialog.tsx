import { useQuery } from '@tanstack/react-query'
import { salvageAction } from '#shared/model/damaged-capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { failureOf } from '../../data/failure.ts'
import { titleOf } from '../../data/sources.ts'
import { SalvageButton } from '../../parts/salvage-button.tsx'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'

const DAMAGED = new KinescopeError('damaged-capture', 'The file is damaged.').failure

/** Reads the whole file again and says whether it is sound. */
export function VerifyDialog({ capture, onClose }: { capture: CaptureInfo; onClose: () => void }) {
  const client = useClient()
  const verification = useQuery({
    queryKey: ['verification', capture.id],
    queryFn: ({ signal }) => client.captures.verify({ path: capture.path }, { signal }),
    gcTime: 0,
    retry: false,
  })
  const result = verification.data
  return (
    <Dialog
      title={`Verify ${printable(titleOf(capture))}`}
      isOpen
      onClose={onClose}
      footer={
        <Button size={32} variant="primary" onPress={onClose}>
          Close
        </Button>
      }
    >
      {verification.error !== null && <ErrorNote failure={failureOf(verification.error)} layout="line" actions={<SalvageButton failure={failureOf(verification.error)} path={capture.path} onOpened={onClose} />} />}
      {result === undefined && verification.error === null && (
        <div className="captures-form">
          <p>The file is being read…</p>
          <ProgressBar label="Verification" value={null} width="full" />
        </div>
      )}
      {result !== undefined && (
        <div className="captures-form">
          <p className={result.ok ? 'captures-sound' : 'captures-unsound'}>
            {result.ok ? `Sound: all ${formatCount(result.records)} records are there and can be read.` : `This file has problems. ${salvageAction}`}
          </p>
          {!result.ok && <SalvageButton failure={DAMAGED} path={capture.path} onOpened={onClose} />}
          {!result.ok && <p className="mono captures-path">{printable(result.integrity)}</p>}
          {result.problems.length > 0 && (
            <ul className="captures-problems">
              {result.problems.map((problem) => (
                <li key={problem}>{printable(problem)}</li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Dialog>
  )
}
