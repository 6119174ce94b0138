import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components'
import './tabs.css'

export interface TabItem<Id extends string> {
  id: Id
  label: string
}

/** Tabs with an underline, as in the inspector; `children` is the panel of the selected one. `actions` stand at the right end. */
export function Tabs<Id extends string>({ label, items, selected, onChange, children, actions, className = '' }: { label: string; items: readonly TabItem<Id>[]; selected: Id; onChange: (id: Id) => void; children: ReactNode; actions?: ReactNode; className?: string }) {
  return (
    <AriaTabs
      className={`ui-tabs ${className}`}
      selectedKey={selected}
      onSelectionChange={(key) => {
        const item = items.find(({ id }) => id === key)
        if (item) onChange(item.id)
      }}
    >
      <div className="ui-tabs-bar">
        <TabList aria-label={label} className="ui-tab-list">
          {items.map((item) => (
            <Tab key={item.id} id={item.id} className="ui-tab">{item.label}</Tab>
          ))}
        </TabList>
        {actions}
      </div>
      <TabPanel key={selected} id={selected} className="ui-tab-panel">{children}</TabPanel>
    </AriaTabs>
  )
}
