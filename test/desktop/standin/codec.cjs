'use strict'
// Carries the OUTCOME of a structuredClone() as JSON text. Each side calls its own
// engine's structuredClone() first, so the rules (what is refused, what is dropped) are
// the engine's; this codec only has to write down values that survived it.
// The same source text is evaluated in the page (see page.js), hence no imports.
function makeCodec() {
  const tagOf = (v) => Object.prototype.toString.call(v).slice(8, -1)
  const b64 =
    typeof Buffer === 'function'
      ? {
          to: (u8) => Buffer.from(u8.buffer, u8.byteOffset, u8.byteLength).toString('base64'),
          from: (s) => {
            const b = Buffer.from(s, 'base64')
            return b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength)
          },
        }
      : { to: (u8) => u8.toBase64(), from: (s) => Uint8Array.fromBase64(s).buffer }
  const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }
  const refuse = () => {
    throw new Error('An object could not be cloned.')
  }

  function encode(root) {
    const seen = new Map()
    const enc = (v) => {
      switch (typeof v) {
        case 'string':
        case 'boolean':
          return v
        case 'undefined':
          return ['u']
        case 'bigint':
          return ['i', String(v)]
        case 'number':
          return Number.isFinite(v) && !Object.is(v, -0) ? v : ['n', Object.is(v, -0) ? '-0' : String(v)]
        case 'object':
          break
        default:
          return refuse()
      }
      if (v === null) return null
      if (seen.has(v)) return ['r', seen.get(v)]
      seen.set(v, seen.size)
      if (ArrayBuffer.isView(v)) {
        const len = v instanceof DataView ? v.byteLength : v.length
        return ['v', tagOf(v), enc(v.buffer), v.byteOffset, len]
      }
      const tag = tagOf(v)
      switch (tag) {
        case 'ArrayBuffer':
          return ['b', b64.to(new Uint8Array(v))]
        case 'Date':
          return ['d', Number.isNaN(v.getTime()) ? null : v.getTime()]
        case 'RegExp':
          return ['x', v.source, v.flags]
        case 'Map':
          return ['m', [...v].map(([k, w]) => [enc(k), enc(w)])]
        case 'Set':
          return ['s', [...v].map(enc)]
        case 'Error':
          return ['e', v.name, enc(v.message), enc(v.stack), 'cause' in v ? [enc(v.cause)] : []]
        case 'Boolean':
        case 'Number':
        case 'String':
        case 'BigInt':
          return ['w', enc(v.valueOf())]
        case 'Array': {
          const keys = Object.keys(v)
          return keys.length === v.length && keys.every((k, i) => k === String(i))
            ? ['a', v.map(enc)]
            : ['A', v.length, keys.map((k) => [k, enc(v[k])])]
        }
        case 'Object':
          return ['o', Object.keys(v).map((k) => [k, enc(v[k])])]
        default:
          return refuse() // Blob, File, ImageData, CryptoKey, MessagePort, ...
      }
    }
    return JSON.stringify(enc(root))
  }

  function decode(text) {
    const refs = []
    const keep = (v) => (refs.push(v), v)
    const put = (o, k, v) => Object.defineProperty(o, k, { value: v, writable: true, enumerable: true, configurable: true })
    const dec = (e) => {
      if (!Array.isArray(e)) return e
      switch (e[0]) {
        case 'u':
          return undefined
        case 'i':
          return BigInt(e[1])
        case 'n':
          return Number(e[1])
        case 'r':
          return refs[e[1]]
        case 'b':
          return keep(b64.from(e[1]))
        case 'v': {
          const at = refs.push(null) - 1
          return (refs[at] = new globalThis[e[1]](dec(e[2]), e[3], e[4]))
        }
        case 'd':
          return keep(new Date(e[1] === null ? NaN : e[1]))
        case 'x':
          return keep(new RegExp(e[1], e[2]))
        case 'm': {
          const m = keep(new Map())
          for (const [k, w] of e[1]) {
            const key = dec(k)
            m.set(key, dec(w))
          }
          return m
        }
        case 's': {
          const s = keep(new Set())
          for (const w of e[1]) s.add(dec(w))
          return s
        }
        case 'e': {
          const err = keep(new (ERRORS[e[1]] ?? Error)())
          for (const [k, w] of [['message', dec(e[2])], ['stack', dec(e[3])], ...e[4].map((c) => ['cause', dec(c)])])
            Object.defineProperty(err, k, { value: w, writable: true, enumerable: false, configurable: true })
          return err
        }
        case 'w':
          return keep(Object(dec(e[1])))
        case 'a': {
          const a = keep([])
          for (const w of e[1]) a.push(dec(w))
          return a
        }
        case 'A': {
          const a = keep([])
          a.length = e[1]
          for (const [k, w] of e[2]) put(a, k, dec(w))
          return a
        }
        case 'o': {
          const o = keep({})
          for (const [k, w] of e[1]) put(o, k, dec(w))
          return o
        }
        default:
          throw new Error(`codec: unknown tag ${e[0]}`)
      }
    }
    return dec(JSON.parse(text))
  }

  const clone = (v, transfer) => {
    try {
      return structuredClone(v, transfer && { transfer })
    } catch {
      return refuse()
    }
  }
  return { encode, decode, clone }
}
module.exports = { makeCodec }
