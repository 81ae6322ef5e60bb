import type * as declared from '../types/index.js'
import { clock, items, keyBytes, members } from './arguments.js'
import { enter } from './extras-instance.js'

export function verifyCertificateChain(request: declared.CertificateChainRequest): void {
  const given = members(request, 'verifyCertificateChain', ['certificate', 'intermediates', 'root', 'now'])
  const intermediates = items(given.intermediates ?? [], 'intermediates', 'certificates')
  const chain = [
    keyBytes(given.certificate, 'certificate'),
    ...intermediates.map((issuer, at) => keyBytes(issuer, `intermediates[${at}]`)),
  ]
  const root = keyBytes(given.root, 'root')
  const now = clock(given.now, 'now')
  enter((module) => {
    const links = new module.CertificateChain()
    try {
      for (const link of chain) links.add(link)
      links.verify(root, now)
    } finally {
      links.free()
    }
  })
}
