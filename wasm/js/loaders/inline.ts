// Everywhere but where the platform compiles modules itself. Nothing is decoded before the first call.
import base64 from '../../dist/wechatpay.wasm'

declare global {
  interface Uint8ArrayConstructor {
    fromBase64?: (text: string) => Uint8Array<ArrayBuffer>
  }
}

export default function loadModule(): WebAssembly.Module {
  return new WebAssembly.Module(bytes())
}

function bytes(): Uint8Array<ArrayBuffer> {
  if (Uint8Array.fromBase64 !== undefined) return Uint8Array.fromBase64(base64)
  // By way of a member, or bundlers for browsers would add a Buffer of their own.
  const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> } }
  if (Buffer !== undefined) return Buffer.from(base64, 'base64')
  const binary = atob(base64)
  const decoded = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) decoded[at] = binary.charCodeAt(at)
  return decoded
}
