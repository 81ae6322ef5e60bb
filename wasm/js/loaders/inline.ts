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
  const binary = atob(base64)
  const decoded = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) decoded[at] = binary.charCodeAt(at)
  return decoded
}
