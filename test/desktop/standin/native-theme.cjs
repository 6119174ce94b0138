'use strict'
const { Strict } = require('./strict.cjs')
const { contents } = require('./state.cjs')

class NativeTheme extends Strict {
  constructor() {
    super('nativeTheme', ['updated'])
    this._source = 'system'
  }
  get themeSource() {
    return this._source
  }
  set themeSource(value) {
    if (!['system', 'light', 'dark'].includes(value)) throw new TypeError('Invalid themeSource')
    this._source = value
    for (const wc of contents.values()) void this._apply(wc)
    this.emit('updated')
  }
  get shouldUseDarkColors() {
    return this._source === 'dark'
  }
  _apply(wc) {
    const value = this._source === 'dark' ? 'dark' : 'light'
    return wc._page?.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
  }
}

module.exports = { nativeTheme: new NativeTheme() }
