'use strict'
const { notModelled } = require('./strict.cjs')
const { app } = require('./app.cjs')
const { BrowserWindow } = require('./browser-window.cjs')

class MenuItem {
  constructor(options) {
    Object.assign(this, { type: options.submenu ? 'submenu' : 'normal', enabled: true, visible: true, checked: false, label: '', accelerator: undefined }, options)
    if (Array.isArray(options.submenu)) this.submenu = Menu.buildFromTemplate(options.submenu)
    this.click = (event = {}, window = BrowserWindow.getFocusedWindow()) => {
      if (options.click) options.click(this, window, event)
      else if (this.role === 'quit') void app.quit()
      else if (this.role === 'close') window?.close()
      else if (this.role === 'reload') window?.webContents.reload()
      else notModelled(`clicking menu role '${this.role}'`)
    }
  }
}

let applicationMenu = null

class Menu {
  constructor() {
    this.items = []
  }
  append(item) {
    this.items.push(item)
  }
  getMenuItemById(id) {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
  popup() {
    notModelled('Menu.popup()')
  }
  static buildFromTemplate(template) {
    const menu = new Menu()
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem({ ...item }))
    return menu
  }
  static setApplicationMenu(menu) {
    applicationMenu = menu
  }
  static getApplicationMenu() {
    return applicationMenu
  }
}

module.exports = { Menu, MenuItem }
