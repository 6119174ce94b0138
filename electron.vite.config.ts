import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

// KINESCOPE_OUT lets a build be made beside the one in use and renamed into place.
const out = resolve(process.env['KINESCOPE_OUT'] ?? 'out')

/** Loaded from node_modules at run time: a native binding, and a server that wants its own files beside it. */
const external = ['electron', 'better-sqlite3', /^kinesis-local/]

/** electron-vite wants a page of files. Ours has places many levels deep, and a reload of one asks from there. */
const fromTheRoot: Plugin = { name: 'from-the-root', enforce: 'post', config: () => ({ base: '/' }) }

export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      outDir: resolve(out, 'main'),
      target: 'node22',
      rollupOptions: {
        external,
        input: {
          desktop: resolve('electron/desktop/main.ts'),
          browser: resolve('electron/browser/main.ts'),
          cli: resolve('electron/cli/main.ts'),
          'capture-worker': resolve('electron/capture/capture-worker.ts'),
          'fetch-worker': resolve('electron/capture/fetch-worker.ts'),
          'checkpoint-worker': resolve('electron/store/checkpoint-worker.ts'),
          'search-worker': resolve('electron/search/search-worker.ts'),
          'server-worker': resolve('electron/sandbox/server-worker.ts'),
          'traffic-worker': resolve('electron/sandbox/traffic-worker.ts'),
        },
        // CommonJS: worker entries load from inside an ASAR by absolute path, and start fastest.
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: 'chunks/[name]-[hash].cjs',
          // Without it Rolldown puts its own few functions into one of the entries: the others require that, and run it.
          strictExecutionOrder: true,
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      outDir: resolve(out, 'preload'),
      rollupOptions: {
        external: ['electron'],
        input: { index: resolve('electron/desktop/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), fromTheRoot],
    build: {
      outDir: resolve(out, 'renderer'),
      emptyOutDir: true,
      // Parsed at each start: a third of the size, and read sooner.
      minify: true,
      rollupOptions: { input: resolve('renderer/index.html') },
    },
  },
})
