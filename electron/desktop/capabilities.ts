import { app, dialog, Notification, safeStorage, shell, type BrowserWindow } from 'electron'
import { platformName, type HostServices } from '../backend/host-services.ts'

const captureFilter = { name: 'Kinescope captures', extensions: ['kinescope'] }

/** What the desktop can do for the backend. `window` is the one that dialogs belong to. */
export function desktopServices(window: () => BrowserWindow | undefined): HostServices {
  return {
    capabilities: {
      host: 'desktop',
      version: app.getVersion(),
      platform: platformName(),
      reason: null,
      fileDialogs: true,
      notifications: Notification.isSupported(),
      safeKeys: hasKeychain(),
    },
    // Only checked links come here: see `allowedLink` of the backend.
    openLink: (url) => shell.openExternal(url.href),
    async pickCapture() {
      const options: Electron.OpenDialogOptions = { title: 'Open Capture', filters: [captureFilter], properties: ['openFile'] }
      const parent = window()
      const { canceled, filePaths } = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options))
      return canceled ? null : (filePaths[0] ?? null)
    },
    async pickSavePath(suggested) {
      const parent = window()
      const options: Electron.SaveDialogOptions = { title: 'Save', defaultPath: suggested }
      const { canceled, filePath } = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options))
      return canceled || filePath === '' ? null : filePath
    },
  }
}

/** Whether typed-in keys can be kept: on Linux `basic_text` is no encryption at all. */
function hasKeychain(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'
}
