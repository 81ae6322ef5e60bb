// Loaded before anything else: no package that runs here reaches the network.
import dns from 'node:dns'
import net from 'node:net'

/** What was tried nevertheless. */
export const attempts = []

const blocked = () => {
  const error = new Error('a package tried to reach the network')
  attempts.push(error)
  throw error
}
net.Socket.prototype.connect = blocked
dns.lookup = blocked
globalThis.fetch = blocked
