'use strict'
// TEST ONLY. The module that the application's main bundle gets for `electron`.
exports.app = require('./app.cjs').app
exports.BrowserWindow = require('./browser-window.cjs').BrowserWindow
exports.ipcMain = require('./ipc.cjs').ipcMain
exports.protocol = require('./schemes.cjs').protocol
exports.session = require('./session.cjs').session
exports.Menu = require('./menu.cjs').Menu
exports.MenuItem = require('./menu.cjs').MenuItem
exports.nativeTheme = require('./native-theme.cjs').nativeTheme
exports.dialog = require('./native.cjs').dialog
exports.shell = require('./native.cjs').shell
exports.safeStorage = require('./native.cjs').safeStorage
exports.Notification = require('./native.cjs').Notification
