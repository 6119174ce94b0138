import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { PageCommand } from './window.ts'

/** Commands of the page that the menu offers, by the ids of renderer/commands. */
export interface MenuCommand {
  readonly id: string
  readonly label: string
  readonly accelerator?: string
}

const fileCommands: readonly MenuCommand[] = [
  { id: 'open-capture', label: 'Open Capture…', accelerator: 'CmdOrCtrl+O' },
  { id: 'capture.start', label: 'Capture Stream…' },
  { id: 'palette', label: 'Go to Stream or Command…', accelerator: 'CmdOrCtrl+K' },
]

const helpCommands: readonly MenuCommand[] = [{ id: 'keys', label: 'Keyboard Shortcuts' }]

/**
 * The application's menu. What the page does is sent to it as a command; what the system does has its role.
 * @param run tells the page to run a command
 */
export function setMenu(run: (command: PageCommand) => void): void {
  const item = ({ id, label, accelerator }: MenuCommand): MenuItemConstructorOptions => ({
    id,
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => run({ id }),
  })
  const isMac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: [...fileCommands.map(item), { type: 'separator' }, { role: isMac ? 'close' : 'quit' }] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: helpCommands.map(item) },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
