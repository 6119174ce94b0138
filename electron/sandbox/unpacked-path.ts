/**
 * Where a file of the packed app lies on disk. `kinesis-local` reads its certificate itself and by an
 * absolute path, so it is left out of the archive (`asarUnpack`), beside it in `app.asar.unpacked`.
 * Any other path stays as it is.
 */
export const unpackedPath = (path: string): string => path.replace(/([\\/])app\.asar(?=[\\/])/, '$1app.asar.unpacked')
