import type { DownloadDigest } from '../../types/index.js'
import { WechatPayError } from '../errors.js'

type Bytes = Uint8Array<ArrayBuffer>

/** Decompresses what begins as GZIP does. A bill is text, and never does. */
export async function inflated(file: ReadableStream<Bytes>): Promise<ReadableStream<Bytes>> {
  const reader = file.getReader()
  const head: Bytes[] = []
  let ended = false
  while (!ended && head.reduce((length, { byteLength }) => length + byteLength, 0) < 2) {
    const { done, value } = await reader.read()
    if (value !== undefined) head.push(value)
    ended = done
  }
  const whole = new ReadableStream<Bytes>({
    async pull(controller) {
      const next = head.shift() ?? (await reader.read()).value
      if (next === undefined) controller.close()
      else controller.enqueue(next)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const [first, second] = head.flatMap((piece) => [...piece.subarray(0, 2)])
  if (first !== 0x1f || second !== 0x8b) return whole
  if (typeof DecompressionStream === 'undefined') {
    await whole.cancel()
    throw new WechatPayError(
      'ERR_ARGUMENT_INVALID',
      'the bill is compressed, and this runtime has no DecompressionStream: leave out tar_type',
    )
  }
  return whole.pipeThrough(new DecompressionStream('gzip'))
}

/** Lets a file pass, and fails at its end if it is not the one that was announced. */
export function checked(digest: DownloadDigest): TransformStream<Bytes, Bytes> {
  return new TransformStream({
    transform(piece, controller) {
      digest.update(piece)
      controller.enqueue(piece)
    },
    flush() {
      digest.finish()
    },
  })
}
