import './environment-mark.css'

const words = { production: 'Production', staging: 'Staging', development: 'Development', local: 'Local' }
export type EnvironmentName = keyof typeof words

/** The environment's square and word; `label` replaces the word where the environment is named elsewhere, as in the tree. */
export function EnvironmentMark({ environment, label, strong = false }: { environment: EnvironmentName; label?: string; strong?: boolean }) {
  return (
    <span className={`ui-environment ui-environment-${environment} ${strong ? 'ui-environment-strong' : ''}`}>
      <span className="ellipsis">{label ?? words[environment]}</span>
      {label !== undefined && <span className="visually-hidden">, {words[environment]}</span>}
    </span>
  )
}
